import { attempt } from '../errors.js';
import { type JsonNode, parseJson } from '../text/json-reader.js';
import type { Format, InputItem } from './item.js';
import { type JwkInDer, jwksIn } from './jwk.js';
import { DEFAULT_MAX_SIZE } from './source.js';
import { TextFormat } from './text-format.js';

/** The character that JSON objects begin with. */
export const BRACE = 0x7b;

/**
 * JSON with PEM in its strings, as cfssl answers: `{"cert":"-----BEGIN …","csr":"…","key":"…"}`, or the same inside
 * `"result"`; or JSON Web Keys (RFC 7517). It has to be whole to be read, within bounds; what begins like it and is none is text like any other.
 */
export class JsonFormat implements Format {
  readonly #maxSize: number | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Takes over from text that is too long for an answer. */
  #text: TextFormat | undefined;

  constructor(maxSize: number | undefined) {
    this.#maxSize = maxSize;
  }

  *push(chunk: Buffer): Generator<InputItem, void> {
    if (this.#text !== undefined) {
      yield* this.#text.push(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > (this.#maxSize ?? DEFAULT_MAX_SIZE)) yield* this.#asText();
  }

  *end(): Generator<InputItem, void> {
    if (this.#text === undefined) {
      const root = attempt(() => parseJson(Buffer.concat(this.#chunks).toString('utf8')));
      const keys = root === undefined ? [] : jwksIn(root);
      for (const key of keys) yield jwkItem(key);
      const found = root === undefined ? [] : stringsIn(root, []);
      for (const { place, value } of found) yield* this.#readString(place, value);
      if (keys.length + found.length > 0) return;
      yield* this.#asText();
    }
    yield* this.#text?.end() ?? [];
  }

  *#readString(place: string, value: string): Generator<InputItem, void> {
    const format = new TextFormat(this.#maxSize, undefined, `${place}, `);
    yield* format.push(Buffer.from(value, 'utf8'));
    yield* format.end();
  }

  *#asText(): Generator<InputItem, void> {
    this.#text = new TextFormat(this.#maxSize);
    for (const chunk of this.#chunks) yield* this.#text.push(chunk);
    this.#chunks = [];
  }
}

interface PemString {
  /** `line 1, result.cert`. */
  readonly place: string;
  readonly value: string;
}

function jwkItem({ place, der }: JwkInDer): InputItem {
  if (der !== undefined) {
    return { kind: 'object', label: undefined, pemKind: undefined, der, headers: [], place, notices: [] };
  }
  return { kind: 'fault', message: `${place}: a JSON Web Key that lacks a number, or of a kind that is not read` };
}

/** The strings with PEM in a JSON value, in their order. */
function stringsIn(node: JsonNode, path: readonly (string | number)[]): PemString[] {
  if (node.kind === 'list') return node.items.flatMap((each, i) => stringsIn(each, [...path, i]));
  if (node.kind === 'object') return node.fields.flatMap(({ name, value }) => stringsIn(value, [...path, name]));
  const { line, value } = node;
  if (typeof value !== 'string' || !value.includes('-----BEGIN ')) return [];
  return [{ place: `line ${line}, ${path.join('.')}`, value }];
}
