import { PkiError } from '../errors.js';
import type { ParsedSpec } from './spec-draft.js';
import { parseJsonSpec } from './spec-json.js';
import { parseTemplate } from './spec-template.js';

/**
 * The description of a request in a file: JSON as cfssl takes it, or `key = value` lines as GnuTLS certtool's templates
 * have them. Fields that concern a request act; those that concern certificates only are named and passed over.
 *
 * @throws {PkiError} with the line: a field neither tool knows, a value it cannot have
 */
export function parseSpec(text: string): ParsedSpec {
  const content = text.replace(/^\ufeff/, '');
  if (content.trim() === '') throw new PkiError('SPEC', 'empty input');
  if (/^\s*\[\s*(?:Version|NewRequest)\s*\]/im.test(content)) {
    throw new PkiError('SPEC', "this is certreq's policy file, no SPEC", {
      hint: 'certreq -new FILE makes a request of it',
    });
  }
  if (/^\s*\[\s*[A-Za-z_]\w*\s*\]\s*(?:#.*)?$/m.test(content)) {
    const hint = 'openssl req -new -config FILE makes a request of it';
    throw new PkiError('SPEC', 'this is a configuration of OpenSSL, no SPEC', { hint });
  }
  return /^\s*[{[]/.test(content) ? parseJsonSpec(content) : parseTemplate(content);
}

/**
 * One line of many: JSON.
 *
 * @param line its number, for what is said of it
 */
export const parseSpecLine = (text: string, line: number): ParsedSpec => parseJsonSpec(text, line);
