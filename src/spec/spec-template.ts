import { octetString } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { nearestHint } from '../text/nearest.js';
import type { KeyUsage } from '../x509/extensions/key-usage.js';
import { parseAltName } from './alt-name.js';
import { parseDistinguishedName } from './distinguished-name.js';
import { kerberosName, octetOtherName, otherName, utf8OtherName, xmppName } from './other-name.js';
import { purposeOid } from './request-spec.js';
import { atLine, type ParsedSpec, SpecDraft } from './spec-draft.js';

/**
 * A template of GnuTLS certtool: `key = value`, `key: value` or `key value` lines, flags alone on theirs, values in double
 * or single quotes or bare to the end of the line, `#` comments. Every name of certtool(1) is known.
 */
export function parseTemplate(text: string): ParsedSpec {
  const draft = new SpecDraft();
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const trimmed = line.trim();
    if (trimmed !== '' && !trimmed.startsWith('#')) atLine(i + 1, () => readLine(draft, trimmed));
  }
  return draft.finish();
}

function readLine(draft: SpecDraft, line: string): void {
  const [, key = '', rest = ''] = /^([^\s=:]+)\s*[=:]?\s*(.*)$/s.exec(line) ?? [];
  const take = takers.get(key);
  if (take === undefined) {
    if (isForCertificates(key)) {
      draft.ignored.push(key);
      return;
    }
    const hint = nearestHint(key, [...takers.keys(), ...certificateKeys]) ?? 'see certtool(1)';
    fail(`${key} is no name of a template`, hint);
  } else {
    take(draft, unquoted(rest, key), key);
  }
}

function unquoted(text: string, key: string): string {
  const quoted = /^(["'])((?:\\.|(?!\1)[^\\])*)\1\s*(?:#.*)?$/s.exec(text);
  // A whole name has escapes of its own (RFC 4514), as in certtool's example: dn = "st = New\\, Something".
  if (quoted !== null) return key === 'dn' ? (quoted[2] ?? '') : (quoted[2] ?? '').replace(/\\(.)/gs, '$1');
  if (/^["']/.test(text)) fail(`the quotes of ${text} do not close`);
  return text;
}

type Taker = (draft: SpecDraft, value: string, key: string) => void;

function fail(message: string, hint?: string): never {
  throw new PkiError('SPEC', message, { hint });
}

/** A flag: alone on its line it is on; certtool takes 0, false and no for off. */
function isOn(value: string): boolean {
  if (/^(|1|true|yes)$/i.test(value)) return true;
  return /^(0|false|no)$/i.test(value) ? false : fail(`${value} is neither true nor false`);
}

const attribute =
  (type: string): Taker =>
  (draft, value) =>
    draft.attribute(type, value);

const usage =
  (name: KeyUsage): Taker =>
  (draft, value) => {
    if (isOn(value)) draft.keyUsage.add(name);
  };

const purpose =
  (name: string): Taker =>
  (draft, value) => {
    const oid = purposeOid(name);
    if (isOn(value) && oid !== undefined) draft.purposes.add(oid);
  };

const altName =
  (prefix: string): Taker =>
  (draft, value) => {
    if (value !== '') draft.altNames.push(parseAltName(`${prefix}:${value}`));
  };

/** The example that comes with GnuTLS was made from Texinfo, where an @ is written twice. */
const plainAt = (value: string): string => value.replace('@@', '@');

/** `OID rest of the line`. */
function oidAnd(value: string): [oid: string, rest: string] {
  const [, oid = '', rest = ''] = /^([0-2](?:\.\d+)+)\s+(.+)$/s.exec(value) ?? [];
  return oid === '' ? fail(`${value} is not an OID and a value`) : [oid, rest];
}

function hex(text: string): Buffer {
  const digits = text.replace(/^0x/i, '');
  if (!/^([0-9a-f]{2})+$/i.test(digits)) fail(`${text} is not hex`);
  return Buffer.from(digits, 'hex');
}

/** `OID 0x…`, the extension's value, or `OID octet_string(0x…)`, wrapped in one more OCTET STRING. */
const rawExtension =
  (critical: boolean): Taker =>
  (draft, value) => {
    const [oid, rest] = oidAnd(value);
    const wrapped = /^octet_string\((.*)\)$/.exec(rest)?.[1];
    draft.extensions.push({ oid, critical, value: wrapped === undefined ? hex(rest) : octetString(hex(wrapped)) });
  };

const takers: ReadonlyMap<string, Taker> = new Map<string, Taker>([
  ['cn', attribute('CN')],
  ['organization', attribute('O')],
  ['unit', attribute('OU')],
  ['locality', attribute('L')],
  ['state', attribute('ST')],
  ['country', attribute('C')],
  ['uid', attribute('UID')],
  ['dc', attribute('DC')],
  ['title', attribute('title')],
  ['pkcs9_email', (draft, value) => draft.attribute('emailAddress', plainAt(value))],
  ['dn_oid', (draft, value) => draft.attribute(...oidAnd(value))],
  [
    'dn',
    (draft, value) => {
      draft.subject = parseDistinguishedName(value);
    },
  ],
  ['dns_name', altName('DNS')],
  ['ip_address', altName('IP')],
  ['email', (draft, value, key) => altName('email')(draft, plainAt(value), key)],
  ['uri', altName('URI')],
  ['other_name', (draft, value) => draft.altNames.push(otherName(oidAnd(value)[0], hex(oidAnd(value)[1])))],
  ['other_name_utf8', (draft, value) => draft.altNames.push(utf8OtherName(...oidAnd(value)))],
  ['other_name_octet', (draft, value) => draft.altNames.push(octetOtherName(...oidAnd(value)))],
  ['xmpp_name', (draft, value) => draft.altNames.push(xmppName(value))],
  ['krb5_principal', (draft, value) => draft.altNames.push(kerberosName(value) ?? fail(`${value} is not NAME@REALM`))],
  ['signing_key', usage('digitalSignature')],
  ['non_repudiation', usage('nonRepudiation')],
  ['encryption_key', usage('keyEncipherment')],
  ['data_encipherment', usage('dataEncipherment')],
  ['key_agreement', usage('keyAgreement')],
  ['cert_signing_key', usage('keyCertSign')],
  ['crl_signing_key', usage('cRLSign')],
  ['tls_www_server', purpose('serverAuth')],
  ['tls_www_client', purpose('clientAuth')],
  ['code_signing_key', purpose('codeSigning')],
  ['email_protection_key', purpose('emailProtection')],
  ['time_stamping_key', purpose('timeStamping')],
  ['ocsp_signing_key', purpose('OCSPSigning')],
  ['ipsec_ike_key', purpose('1.3.6.1.5.5.7.3.17')],
  ['key_purpose_oid', (draft, value) => draft.purposes.add(purposeOid(value) ?? fail(`${value} is not an OID`))],
  [
    'tls_feature',
    (draft, value) => {
      if (!/^\d{1,5}$/.test(value)) fail(`${value} is not the number of a TLS feature`);
      draft.tlsFeatures.push(Number(value));
    },
  ],
  [
    'ca',
    (draft, value) => {
      draft.isCa = isOn(value);
    },
  ],
  [
    'path_len',
    (draft, value) => {
      if (!/^(-1|\d{1,2})$/.test(value)) fail(`path_len ${value} is not a number`);
      draft.pathLength = value === '-1' ? undefined : Number(value);
    },
  ],
  ['add_extension', rawExtension(false)],
  ['add_critical_extension', rawExtension(true)],
  [
    'challenge_password',
    (draft, value) => {
      draft.challengePassword = value === '' ? undefined : value;
    },
  ],
]);

/** The keys that concern certificates, CRLs or PKCS #12 files only. */
const certificateKeys: readonly string[] = [
  'serial',
  'expiration_days',
  'activation_date',
  'expiration_date',
  'crl_dist_points',
  'subject_unique_id',
  'issuer_unique_id',
  'honor_crq_extensions',
  'honor_crq_ext',
  'ocsp_uri',
  'ca_issuers_uri',
  'inhibit_anypolicy_skip_certs',
  'nc_permit_dns',
  'nc_exclude_dns',
  'nc_permit_email',
  'nc_exclude_email',
  'nc_permit_ip',
  'nc_exclude_ip',
  'nc_permit_uri',
  'nc_exclude_uri',
  'proxy_policy_language',
  'crl_next_update',
  'crl_number',
  'crl_this_update_date',
  'crl_next_update_date',
  'crl_revocation_date',
  'pkcs12_key_name',
  'password',
];

const isForCertificates = (key: string): boolean =>
  certificateKeys.includes(key) || /^policy\d+(_txt|_url)?$/.test(key);
