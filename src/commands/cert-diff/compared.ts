import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { atPlace } from '../../input/at-place.js';
import { contentLines } from '../../show/long.js';
import type { CertificateReading, RequestReading } from '../../show/reading.js';
import { keyText, momentText, signatureText } from '../../show/words.js';
import { count } from '../../text/printable.js';
import { subjectAltName } from '../../x509/extensions/alternative-names.js';
import { bareNameText } from '../../x509/general-name.js';
import { oidName } from '../../x509/oid-names.js';
import { textOrHex } from '../../x509/strings.js';
import type { Side } from './side.js';

/** A field whose values are not the same on both sides. */
export interface Change {
  /** `subject`, `names`, `validity`, the name of an extension. */
  readonly field: string;
  /** The values the old one has and the new one has not. */
  readonly lost: readonly string[];
  readonly added: readonly string[];
}

/** The differences of two certificates or requests. */
export interface Difference {
  readonly isSameKey: boolean;
  /** The key in words, where both have the same. */
  readonly key: string;
  readonly changes: readonly Change[];
}

/** Fields in their order, each with its values as text. */
type Fields = ReadonlyMap<string, readonly string[]>;

/**
 * Compares two sides. Where one is a request and the other a certificate, what the request says is looked for in the
 * certificate: the rest is the CA's.
 *
 * @throws {PkiError} a public key or a name cannot be read
 */
export function compared(old: Side, next: Side): Difference {
  const isSameKey = identityOf(old) === identityOf(next);
  const isOneType = old.type === next.type;
  const [before, after] = [fieldsOf(old, isOneType), fieldsOf(next, isOneType)];
  const fields = isOneType ? [...before.keys(), ...after.keys()] : (old.type === 'request' ? before : after).keys();
  const changes = [...new Set(fields)].flatMap((field) => changeOf(field, before.get(field), after.get(field)));
  return { isSameKey, key: keyText(next.reading.key), changes };
}

const identityOf = ({ source, place, view }: Side): string =>
  atPlace(source, place, () => publicKeyIdentity(view.publicKey.der));

/** The change of a field; none where it has the same values. What only one side has is a change as a whole. */
function changeOf(field: string, before: readonly string[] = [], after: readonly string[] = []): Change[] {
  const [old, next] = [new Set(before), new Set(after)];
  const lost = [...old].filter((each) => !next.has(each));
  const added = [...next].filter((each) => !old.has(each));
  return lost.length + added.length === 0 ? [] : [{ field, lost, added }];
}

/** @param isOneType false leaves out what a certificate and a request cannot both say */
const fieldsOf = ({ source, place, reading }: Side, isOneType: boolean): Fields =>
  atPlace(source, place, () => fieldsIn(reading, isOneType));

function fieldsIn(reading: Side['reading'], isOneType: boolean): Fields {
  const { subject, extensions, key, signature } = reading;
  return new Map<string, readonly string[]>([
    ['subject', [subject.text]],
    ['names', extensions.subjectAltNames.map((name) => bareNameText(name, ['dns']))],
    ['key', [keyText(key)]],
    ...(isOneType ? ('certificate' in reading ? certificateFields(reading) : requestFields(reading)) : []),
    ...(isOneType ? [['signature algorithm', [signatureText(signature)]] as const] : []),
    ...extensionFields(reading),
  ]);
}

type Field = readonly [field: string, values: readonly string[]];

const MILLISECONDS_A_DAY = 86_400_000;

function certificateFields({ certificate, issuer }: CertificateReading): Field[] {
  const { start, expiry, serial } = certificate;
  const days =
    start === null || expiry === null ? '?' : count(Math.round((expiry - start) / MILLISECONDS_A_DAY), 'day');
  return [
    ['issuer', [issuer.text]],
    ['serial', [serial]],
    ['validity', [`${momentText(start)} to ${momentText(expiry)}, ${days}`]],
  ];
}

const requestFields = ({ request }: RequestReading): Field[] =>
  request.otherAttributes.map(({ oid, name, values }) => [name ?? oidName(oid) ?? oid, values.map(textOrHex)]);

function extensionFields({ extensions }: CertificateReading | RequestReading): Field[] {
  return extensions.all.map((each) => {
    const { type, oid, critical } = each;
    // The names themselves have a field of their own.
    const lines = type?.oid === subjectAltName.oid ? [] : contentLines(each);
    return [type?.name ?? oidName(oid) ?? oid, [critical ? 'critical' : 'not critical', ...lines]];
  });
}
