import { attributeType } from '../spec/subject-types.js';
import { quoted } from '../text/printable.js';
import { ignoredByBoulder, type Rule } from './rule.js';
import { fieldName, perField } from './subject-field.js';

/** Fields whose length is a matter of a rule of their own. */
const boundElsewhere = new Set(['CN', 'C']);

/** The values of openssl's default configuration, and those people type to get past a field. */
const placeholders = new Set([
  'some-state',
  'internet widgits pty ltd',
  'default city',
  'default company ltd',
  '.',
  '-',
  'n/a',
  'unknown',
  'none',
]);

/** True for a text that was typed, or left standing, in the place of a value. */
export const isPlaceholder = (value: string): boolean => placeholders.has(value.trim().toLowerCase());

/** C0, C1 and format controls but white space, which is a matter of its own. */
const control = () =>
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\t|\n|\r/u;

/** The values of the subject's fields: there, of their length, and nothing but what they say. */
export const fieldValueRules: readonly Rule[] = [
  {
    id: 'e_field_empty',
    title: 'no field is empty',
    applies: 'a field of more than words in ASCII',
    source: 'RFC 5280 A.1, BR 7.1.2.7.4',
    why: 'Every attribute must hold at least one character; an empty one says that a value was forgotten.',
    hint: 'leave the field out, or fill it in',
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* perField(examined, (type, value) => (value.trim() === '' ? `${fieldName(type)} is empty` : undefined));
    },
  },
  {
    id: 'e_field_too_long',
    title: 'no field is longer than allowed',
    applies: 'a subject',
    source: 'RFC 5280 A.1',
    why: 'The standard sets upper bounds, and linters refuse certificates beyond them.',
    hint: 'shorten it; the register often has a short name too',
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* perField(examined, (type, value) => {
        const bound = boundElsewhere.has(type) ? undefined : attributeType(type)?.maxLength;
        const length = [...value].length;
        return bound !== undefined && length > bound
          ? `${fieldName(type)} has ${length} characters, ${bound} are allowed`
          : undefined;
      });
    },
  },
  {
    id: 'e_field_control',
    title: 'no field holds control characters',
    applies: 'a field of more than words in ASCII',
    source: 'zlint e_subject_dn_not_printable_characters, RFC 4518 2.3',
    why: 'A tab, a line break or an invisible character came in with a paste, and forges what others see.',
    hint: 'type the value again',
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* perField(examined, (type, value) => {
        const found = value.trim() === '' ? null : control().exec(value);
        const code = found?.[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
        return code === undefined ? undefined : `${fieldName(type)} holds the character U+${code}`;
      });
    },
  },
  {
    id: 'w_field_blanks',
    title: 'no field starts or ends with a blank or holds two in a row',
    applies: 'a field of more than words in ASCII',
    source: 'zlint w_subject_dn_leading_whitespace, RFC 4518 2.6.1',
    why: 'Blanks around a value are lost in comparisons, and a validated name is compared letter by letter.',
    hint: 'remove the blanks',
    profiles: ignoredByBoulder,
    *check(examined) {
      yield* perField(examined, (type, value) =>
        value.trim() !== '' && !control().test(value) && (value !== value.trim() || /\s{2}/.test(value))
          ? `${fieldName(type)} is ${quoted(value)}`
          : undefined,
      );
    },
  },
  {
    id: 'e_field_placeholder',
    title: 'no field holds a placeholder',
    applies: 'a subject',
    source: 'BR 7.1.2.7.4',
    why: "openssl's configuration fills in Some-State and Internet Widgits Pty Ltd where nothing is typed, and `.` or `-` say nothing. A certificate must hold nothing that is not validated.",
    hint: 'fill in the true value, or leave the field out',
    profiles: { ...ignoredByBoulder, internal: 'warning' },
    *check(examined) {
      yield* perField(examined, (type, value) =>
        isPlaceholder(value) ? `${fieldName(type)} is ${quoted(value)}` : undefined,
      );
    },
  },
];
