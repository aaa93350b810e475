import { attempt } from '../errors.js';
import { attributeType } from '../spec/subject-types.js';
import { quoted } from '../text/printable.js';
import { commonNameRules } from './common-name-rules.js';
import { isCountry, likelyCountry } from './countries.js';
import type { ExaminedRequest } from './examined-request.js';
import { type Family, ignoredByBoulder, onlyIn, type Violation } from './rule.js';

/** The subject's fields: what the CA's form shows. */

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

const isPlaceholder = (value: string): boolean => placeholders.has(value.trim().toLowerCase());

const foreignLetter = () => /(?!\p{Script=Latin})\p{L}/u;

/** Fields that may come several times, or are looked at by a rule of their own. */
const repeatable = new Set(['street', 'DC', 'CN', 'OU', 'emailAddress']);

/** The name a reader of the form gives a field. */
const fieldNames: Readonly<Record<string, string>> = {
  CN: 'common name',
  O: 'organization',
  OU: 'organizational unit',
  L: 'city',
  ST: 'state',
  C: 'country',
  emailAddress: 'e-mail address',
  serialNumber: 'serial number',
  street: 'street',
  postalCode: 'postal code',
};

export const fieldName = (type: string): string => fieldNames[type] ?? type;

/** C0, C1 and format controls but white space, which is a matter of its own. */
const control = () =>
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\t|\n|\r/u;

function* perField(
  examined: ExaminedRequest,
  problem: (type: string, value: string) => Violation | undefined,
): Generator<Violation> {
  for (const { type, value } of examined.subject) {
    const found = problem(type, value);
    if (found !== undefined) yield found;
  }
}

export const subject: Family = {
  name: 'subject',
  title: 'Subject',
  rules: [
    {
      id: 'e_field_required',
      title: 'every field the profile asks for is filled in',
      applies: 'a profile that requires fields',
      source: 'the profile, NetLock request form',
      why: "The CA's form asks for these fields and takes them from the request.",
      hint: 'csr-gen has --country, --state, --city, --org, --cn',
      *check({ profile, subject }) {
        for (const field of profile.required) {
          if (!subject.some(({ type, oid }) => type === field || oid === field))
            yield `${fieldName(field)} (${field}) is missing`;
        }
      },
    },
    {
      id: 'e_field_forbidden',
      title: 'no field the profile forbids is there',
      applies: 'a profile that forbids fields',
      source: 'the profile',
      why: 'This CA does not take these fields.',
      hint: 'make the request again without them',
      *check({ profile, subject }) {
        for (const field of profile.forbidden) {
          if (subject.some(({ type, oid }) => type === field || oid === field))
            yield `${fieldName(field)} (${field}) is there`;
        }
      },
    },
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
    {
      id: 'e_field_repeated',
      title: 'each field is there once, but for street and domain component',
      applies: 'a subject',
      source: 'BR 7.1.4.1',
      why: 'Which of two organizations is the owner? A certificate must name each thing once.',
      hint: 'make the request again with one of them',
      // Several common names and units are rules of their own.
      profiles: { ...ignoredByBoulder, internal: 'off' },
      *check({ subject }) {
        const seen = new Set<string>();
        const repeated = new Set<string>();
        for (const { type } of subject) (seen.has(type) ? repeated : seen).add(type);
        for (const type of repeated)
          if (!repeatable.has(type)) yield `${fieldName(type)} (${type}) is there more than once`;
      },
    },
    {
      id: 'e_field_joined',
      title: 'every part of the subject holds one field',
      applies: 'a subject',
      source: 'BR 7.1.4.1',
      why: 'A relative distinguished name may join several fields with +. Certificates must not hold such names, and many programs show only the first of them.',
      hint: 'make the request again with a field in each part; with openssl, without + in the subject',
      profiles: { ...ignoredByBoulder, internal: 'notice' },
      *check({ request }) {
        for (const parts of attempt(() => request.subject.rdns) ?? []) {
          if (parts.length > 1) yield `${parts.map(({ type }) => fieldName(type)).join(' and ')} are joined`;
        }
      },
    },
    {
      id: 'e_country',
      title: 'the country is an ISO 3166-1 code of two capital letters',
      applies: 'a country',
      source: 'BR 7.1.2.7.4, ISO 3166-1',
      why: 'The country is a code, not a name: HU, not Hungary; GB, not UK.',
      hint: 'use the code of two letters',
      profiles: ignoredByBoulder,
      *check(examined) {
        for (const value of examined.values('C')) {
          if (isCountry(value) || value.trim() === '' || isPlaceholder(value)) continue;
          const likely = likelyCountry(value);
          const message = `country is ${quoted(value)}, no code of ISO 3166-1`;
          yield likely === undefined ? message : { message, hint: `the code is ${likely}` };
        }
      },
    },
    {
      id: 'w_subject_email',
      title: 'there is no e-mail address in the subject',
      applies: 'an e-mail address in the subject',
      source: 'BR 7.1.2.7.2, 7.1.2.7.4, NetLock FAQ',
      why: 'A TLS certificate says nothing about mailboxes, and a public CA has not validated one. NetLock refuses such requests.',
      hint: 'make the request again without --email',
      profiles: { netlock: 'error', letsencrypt: 'notice', internal: 'off' },
      *check(examined) {
        for (const value of examined.values('emailAddress')) yield `e-mail address ${quoted(value)}`;
      },
    },
    {
      id: 'e_subject_unit',
      title: 'there is no organizational unit',
      applies: 'an organizational unit',
      source: 'BR 7.1.2.7.2, 7.1.2.7.4',
      since: '2022-09-01',
      why: 'Units could never be validated, so public CAs must not certify them since 2022-09-01.',
      hint: 'make the request again without --unit',
      profiles: { letsencrypt: 'notice', internal: 'off' },
      *check(examined) {
        for (const value of examined.values('OU')) yield `organizational unit ${quoted(value)}`;
      },
    },
    {
      id: 'n_subject_ignored',
      title: 'the subject holds a common name and nothing else',
      applies: 'a subject',
      source: 'boulder csr/csr.go',
      why: 'This CA certifies names only. It drops the organization and its place without a word.',
      hint: 'nothing needs to be done, unless the organization should be in the certificate: then another CA is needed',
      profiles: onlyIn('letsencrypt'),
      *check(examined) {
        const fields = new Set(examined.subject.map(({ type }) => type));
        for (const type of fields) {
          if (!['CN', 'OU', 'emailAddress'].includes(type)) yield `${fieldName(type)} (${type}) will be dropped`;
        }
      },
    },
    {
      id: 'n_organization_place',
      title: 'an organization has a country, and a city or state',
      applies: 'an organization',
      source: 'BR 7.1.2.7.4',
      why: 'A certificate that names an organization must say where it is; the CA will ask or take it from the register.',
      hint: 'add --country, and --city or --state',
      profiles: { letsencrypt: 'off', internal: 'off' },
      unless: ['e_field_required'],
      *check(examined) {
        const missing = [
          ...(examined.values('C').length === 0 ? ['country'] : []),
          ...(examined.values('L').length + examined.values('ST').length === 0 ? ['city or state'] : []),
        ];
        if (missing.length > 0) yield `there is an organization but no ${missing.join(' and no ')}`;
      },
    },
    ...commonNameRules,
    {
      id: 'e_subject_not_latin',
      title: 'the subject is written in Latin letters',
      applies: 'a field of more than words in ASCII',
      source: 'NetLock request form',
      why: "The form's fields take Latin letters only.",
      hint: 'use the transcription from the company register',
      profiles: onlyIn('netlock'),
      *check(examined) {
        yield* perField(examined, (type, value) => {
          const letter = foreignLetter().exec(value);
          return letter === null ? undefined : `${fieldName(type)} ${quoted(value)} holds ${letter[0]}`;
        });
      },
    },
    {
      id: 'w_subject_accents',
      title: 'the subject has no accented letters',
      applies: 'a field of more than words in ASCII',
      source: 'NetLock request form',
      why: 'The form asks for plain Latin letters: accents were lost on their way through it.',
      hint: 'write the name without accents if the register knows it so',
      profiles: onlyIn('netlock'),
      *check(examined) {
        yield* perField(examined, (type, value) => {
          const letter = foreignLetter().test(value) ? null : /(?=\p{Script=Latin})[^A-Za-z]/u.exec(value);
          return letter === null ? undefined : `${fieldName(type)} ${quoted(value)} holds ${letter[0]}`;
        });
      },
    },
    {
      id: 'w_subject_spaces',
      title: 'the subject fields have no spaces',
      applies: 'a subject',
      source: 'NetLock request form',
      why: 'The form asks for values without spaces. A company name of two words is taken in practice, and checked by a person.',
      hint: 'nothing needs to be done if the register writes it so',
      profiles: onlyIn('netlock'),
      *check(examined) {
        yield* perField(examined, (type, value) =>
          /\S \S/.test(value) && !/^\s|\s$|\s{2}/.test(value)
            ? `${fieldName(type)} ${quoted(value)} holds a space`
            : undefined,
        );
      },
    },
  ],
};
