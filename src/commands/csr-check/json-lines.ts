import { PkiError } from '../../errors.js';

/**
 * JSON (RFC 8259) with the line of every value, for files that people write: JSON.parse forgets where a value stood, and
 * a mistake in a file is only found again by its line. Two fields of one name are an error.
 */
export type JsonNode =
  | { readonly kind: 'string'; readonly line: number; readonly value: string }
  | { readonly kind: 'number'; readonly line: number; readonly value: number }
  | { readonly kind: 'word'; readonly line: number; readonly value: boolean | null }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly line: number; readonly fields: readonly JsonField[] };

export interface JsonField {
  readonly name: string;
  readonly line: number;
  readonly value: JsonNode;
}

/**
 * @throws {PkiError} with `line N: ` in front
 */
export function parseJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

const token = /[\t\n\r ]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null))/y;
const MAX_DEPTH = 32;

class Reader {
  readonly #text: string;
  #position = 0;
  #lines = 1;
  #counted = 0;

  constructor(text: string) {
    this.#text = text.replace(/^\ufeff/, '');
  }

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.#fault('nested too deep');
    const { text, line } = this.#next('a value');
    if (text === '{') return { kind: 'object', line, fields: this.#list('}', () => this.#field(depth)) };
    if (text === '[') return { kind: 'array', line, items: this.#list(']', () => this.value(depth + 1)) };
    const value = this.#scalar(text);
    if (typeof value === 'string') return { kind: 'string', line, value };
    if (typeof value === 'number') return { kind: 'number', line, value };
    if (typeof value === 'boolean' || value === null) return { kind: 'word', line, value };
    throw this.#fault(`a value is missing, found ${text}`);
  }

  end(): void {
    if (/\S/.test(this.#text.slice(this.#position))) throw this.#fault('something follows the end');
  }

  #scalar(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#fault(`${text} is no value`);
    }
  }

  #field(depth: number): JsonField {
    const { text: name, line } = this.#next('a field name in quotes');
    if (!name.startsWith('"')) throw this.#fault(`a field name in quotes is missing, found ${name}`);
    const { text: colon } = this.#next('a colon');
    if (colon !== ':') throw this.#fault(`a colon is missing behind ${name}, found ${colon}`);
    return { name: String(this.#scalar(name)), line, value: this.value(depth + 1) };
  }

  #list<T extends JsonField | JsonNode>(close: string, item: () => T): T[] {
    const items: T[] = [];
    const names = new Set<string>();
    if (this.#peek() === close) {
      this.#next(close);
      return items;
    }
    for (;;) {
      const each = item();
      if ('name' in each) {
        if (names.has(each.name)) throw this.#fault(`${each.name} is there twice`);
        names.add(each.name);
      }
      items.push(each);
      const { text } = this.#next(`a comma or ${close}`);
      if (text === close) return items;
      if (text !== ',') throw this.#fault(`a comma or ${close} is missing, found ${text}`);
    }
  }

  #peek(): string | undefined {
    token.lastIndex = this.#position;
    const match = token.exec(this.#text);
    return match?.[1] ?? match?.[2] ?? match?.[3];
  }

  #next(expected: string): { readonly text: string; readonly line: number } {
    token.lastIndex = this.#position;
    const match = token.exec(this.#text);
    const text = match?.[1] ?? match?.[2] ?? match?.[3];
    if (match === null || text === undefined) {
      this.#position += /^\s*/.exec(this.#text.slice(this.#position))?.[0].length ?? 0;
      const found = this.#text[this.#position];
      throw this.#fault(`${expected} is missing, ${found === undefined ? 'the file ends' : `found ${found}`}`);
    }
    this.#position = token.lastIndex;
    return { text, line: this.#line };
  }

  /** The line of the position, counted on from where it was asked for last. */
  get #line(): number {
    for (; this.#counted < this.#position; this.#counted++) {
      if (this.#text[this.#counted] === '\n') this.#lines++;
    }
    return this.#lines;
  }

  #fault(message: string): PkiError {
    return new PkiError('JSON', `line ${this.#line}: ${message}`);
  }
}
