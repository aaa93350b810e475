import { nearest } from '../cli/nearest.js';
import { UsageError } from '../cli/options.js';
import { printable } from '../cli/text.js';
import type { JsonContext } from './certificate-json.js';
import type { Show, ShowSink } from './inspector.js';
import { jsonText } from './json.js';
import { oidNameOf } from './oid-lookup.js';

/** The properties objects have in JSON, to tell a mistyped field from one that is absent. */
const known = [
  'type',
  'source',
  'index',
  'warnings',
  'version',
  'serial',
  'subject',
  'issuer',
  'subject_fields',
  'issuer_fields',
  'not_before',
  'not_after',
  'days_left',
  'status',
  'names',
  'key',
  'signature',
  'fingerprints',
  'is_ca',
  'path_length',
  'key_usage',
  'extended_key_usage',
  'subject_key_id',
  'authority_key_id',
  'crl_urls',
  'ocsp_urls',
  'issuer_urls',
  'policies',
  'must_staple',
  'scts',
  'extensions',
  'self_issued',
  'attributes',
  'this_update',
  'next_update',
  'number',
  'revoked',
  'format',
  'encryption',
] as const;

/**
 * `--field`: one line an object, tab-separated.
 *
 * @param list JSON paths, comma-separated, and `subject.CN`, `issuer.o` for attributes of names
 * @throws {UsageError} a path no object has
 */
export function showFields(list: string, now: number): Show {
  const paths = list.split(',').map((path) => parsePath(path.trim()));
  const context: JsonContext = { now, nameOf: oidNameOf };
  return (shown, sink) => {
    const object: unknown = JSON.parse(jsonText(shown, context));
    paths.forEach((path, i) => {
      if (i > 0) sink.write('\t');
      writeField(object, path, sink);
    });
    sink.write('\n');
  };
}

function parsePath(text: string): readonly string[] {
  const [first = '', ...rest] = text.split('.');
  if (!known.some((name) => name === first)) {
    const close = nearest(first, known);
    throw new UsageError(
      `--field: no object has ${text === '' ? 'an empty field' : text}`,
      close === undefined ? 'pkiutils-json(5) lists the fields' : `did you mean ${close}?`,
    );
  }
  return (first === 'subject' || first === 'issuer') && rest.length > 0
    ? [`${first}_fields`, ...rest]
    : [first, ...rest];
}

function writeField(object: unknown, path: readonly string[], sink: ShowSink): void {
  if (path.length === 1 && path[0] === 'index') sink.index();
  else sink.write(escaped(valuesAt(object, path).map(valueText).join(', ')));
}

/** What a path leads to; in an array it goes on in every element. Attributes of names are found in any case. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [key, ...rest] = path;
  if (key === undefined) return value === null || value === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  const match = Object.entries(value).find(([name]) => name === key || name.toLowerCase() === key.toLowerCase());
  return match === undefined ? [] : valuesAt(match[1], rest);
}

const valueText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\\': '\\\\' };

function escaped(text: string): string {
  return printable(text.replace(/[\t\n\\]/g, (character) => escapes[character] as string));
}
