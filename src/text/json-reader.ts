import { PkiError } from '../errors.js';

/**
 * The one way JSON that people write is read (RFC 8259): every value with its line, since JSON.parse forgets where a value
 * stood, and a mistake in a file is only found again by that.
 */
export type JsonNode =
  | { readonly kind: 'scalar'; readonly line: number; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly line: number; readonly fields: readonly JsonField[] };

export interface JsonField {
  readonly name: string;
  readonly line: number;
  readonly value: JsonNode;
}

/**
 * @param firstLine the number of the line the text begins in
 * @throws {PkiError} no JSON, with `line N: ` in front
 */
export function parseJson(text: string, firstLine = 1): JsonNode {
  const reader = new Reader(text, firstLine);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** A mistake at a place in JSON. */
export const jsonFault = ({ line }: { readonly line: number }, message: string, hint?: string): PkiError =>
  new PkiError('JSON', `line ${line}: ${message}`, { hint });

/** @throws {PkiError} no string; `name` is what it is called there, as in all of these */
export function asText(node: JsonNode, name: string): string {
  if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
  throw jsonFault(node, `${name} is not a text`);
}

/** @throws {PkiError} no integer from 0 on */
export function asWholeNumber(node: JsonNode, name: string): number {
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value >= 0) {
    return node.value;
  }
  throw jsonFault(node, `${name} is not a whole number`);
}

/** @throws {PkiError} no boolean */
export function asFlag(node: JsonNode, name: string): boolean {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  throw jsonFault(node, `${name} is neither true nor false`);
}

/** @throws {PkiError} no array */
export function asList(node: JsonNode, name: string): readonly JsonNode[] {
  if (node.kind === 'list') return node.items;
  throw jsonFault(node, `${name} is not a list`);
}

/** @throws {PkiError} no object, or one with two fields of one name, whatever its case */
export function asFields(node: JsonNode, name: string): readonly JsonField[] {
  if (node.kind !== 'object') throw jsonFault(node, `${name} is not an object`);
  const names = new Set<string>();
  for (const field of node.fields) {
    const inLower = field.name.toLowerCase();
    if (names.has(inLower)) throw jsonFault(field, `${field.name} is there twice`);
    names.add(inLower);
  }
  return node.fields;
}

const MAX_DEPTH = 64;
const blank = /[\t\n\r ]*/y;
const word = /[^\t\n\r ,:{}[\]"]+/y;

class Reader {
  readonly #text: string;
  #position = 0;
  #line: number;
  /** How far the lines are counted. */
  #counted = 0;

  constructor(text: string, firstLine: number) {
    this.#text = text.replace(/^\ufeff/, '');
    this.#line = firstLine;
  }

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.#fault('nested too deep');
    const next = this.#peek();
    const line = this.#lineHere();
    if (next === '{') return { kind: 'object', line, fields: this.#list('}', () => this.#field(depth)) };
    if (next === '[') return { kind: 'list', line, items: this.#list(']', () => this.value(depth + 1)) };
    const expected = 'a value is missing';
    return {
      kind: 'scalar',
      line,
      value: this.#scalar(next === '"' ? this.#quoted(expected) : this.#word(), expected),
    };
  }

  end(): void {
    if (this.#peek() !== undefined) throw this.#missing('the end is expected');
  }

  #field(depth: number): JsonField {
    const expected = 'a field name in quotes is missing';
    if (this.#peek() !== '"') throw this.#missing(expected);
    const line = this.#lineHere();
    const name = String(this.#scalar(this.#quoted(expected), expected));
    if (this.#peek() !== ':') throw this.#missing(`a colon is missing behind ${JSON.stringify(name)}`);
    this.#position++;
    return { name, line, value: this.value(depth + 1) };
  }

  /** The items between brackets, with commas in between. */
  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    this.#position++;
    if (this.#peek() !== close) {
      items.push(item());
      while (this.#peek() === ',') {
        this.#position++;
        items.push(item());
      }
      if (this.#peek() !== close) throw this.#missing(`a comma or ${close} is missing`);
    }
    this.#position++;
    return items;
  }

  /** A string as it is written; none is too long for this. */
  #quoted(expected: string): string {
    let end = this.#text.indexOf('"', this.#position + 1);
    while (end !== -1 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw this.#missing(expected);
    return this.#text.slice(this.#position, end + 1);
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === '\\') backslashes++;
    return backslashes % 2 === 1;
  }

  #word(): string {
    word.lastIndex = this.#position;
    return word.exec(this.#text)?.[0] ?? '';
  }

  /** The value of a string, number or word, which is passed. */
  #scalar(written: string, expected: string): string | number | boolean | null {
    try {
      const value: unknown = JSON.parse(written);
      if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        this.#position += written.length;
        return value;
      }
    } catch {}
    throw this.#missing(expected);
  }

  /** The next character that is not blank. */
  #peek(): string | undefined {
    blank.lastIndex = this.#position;
    blank.test(this.#text);
    this.#position = blank.lastIndex;
    return this.#text[this.#position];
  }

  #lineHere(): number {
    for (; this.#counted < this.#position; this.#counted++) {
      if (this.#text[this.#counted] === '\n') this.#line++;
    }
    return this.#line;
  }

  #missing(expected: string): PkiError {
    const next = this.#peek();
    const found =
      next === '"' ? this.#text.slice(this.#position).split('\n', 1)[0]?.slice(0, 40) : this.#word() || next;
    return this.#fault(`${expected}, ${found === undefined ? 'the text ends' : `found ${found}`}`);
  }

  #fault(message: string): PkiError {
    return jsonFault({ line: this.#lineHere() }, `not JSON: ${message}`);
  }
}
