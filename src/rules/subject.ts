import { attempt } from '../errors.js';
import { quoted } from '../text/printable.js';
import { commonNameRules } from './common-name-rules.js';
import { isCountry, likelyCountry } from './countries.js';
import { fieldValueRules, isPlaceholder } from './field-value-rules.js';
import { type Family, ignoredByBoulder, onlyIn } from './rule.js';
import { fieldName } from './subject-field.js';
import { writtenFormRules } from './written-form-rules.js';

/** The subject's fields: what the CA's form shows. */

/** Fields that may come several times, or are looked at by a rule of their own. */
const repeatable = new Set(['street', 'DC', 'CN', 'OU', 'emailAddress']);

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
    ...fieldValueRules,
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
    ...writtenFormRules,
  ],
};
