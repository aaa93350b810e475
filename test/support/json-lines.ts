import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Test } from 'tap';

/** The output of --json, held to share/pkiutils.schema.json and to strict readers of JSON. */

const schema: object = JSON.parse(readFileSync(new URL('../../share/pkiutils.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(schema);

/** The names that stand twice in one object of some JSON: JSON.parse takes the last of them in silence. */
function duplicateNames(json: string): string[] {
  const twice: string[] = [];
  const open: Set<string>[] = [];
  for (const [token, string, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(:?)|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined && colon === ':') {
      const names = open.at(-1) ?? new Set();
      if (names.has(string)) twice.push(string);
      names.add(string);
    }
  }
  return twice;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/**
 * The objects in some output, a line each: JSON to a strict reader, in well-formed Unicode, no name twice, with exactly
 * the properties of the schema.
 */
export function jsonLines(t: Test, output: Uint8Array): readonly Record<string, unknown>[] {
  const wrong: string[] = [];
  const objects = utf8
    .decode(output)
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const object = objectOf(JSON.parse(line));
      const start = line.slice(0, 300);
      if (!validate(object)) wrong.push(`${JSON.stringify(validate.errors?.slice(0, 3))} in ${start}`);
      const twice = duplicateNames(line);
      if (twice.length > 0) wrong.push(`${twice} twice in ${start}`);
      // JSON.stringify escapes surrogates that are alone, and no others.
      if (/\\ud[89a-f]/.test(JSON.stringify(object))) wrong.push(`a surrogate alone in ${start}`);
      return object;
    });
  t.strictSame(wrong.slice(0, 3), [], 'all of it is JSON as the schema has it');
  return objects;
}
