import { PkiError, UsageError } from '../../errors.js';
import { nearestHint } from '../../text/nearest.js';
import type { Certificate } from '../../x509/certificate.js';
import type { SplitObject } from './split-object.js';

const validities = ['valid', 'expired'] as const;
const roles = ['ca', 'leaf'] as const;
const kinds = ['certificate', 'request', 'crl', 'key', 'parameters'] as const;

type Word = (typeof validities | typeof roles | typeof kinds)[number];

/** The words of --filter. */
export const filterWords: readonly Word[] = [...validities, ...roles, ...kinds];

/**
 * The value of --filter. Words of one family add up (`ca,leaf`), those of both families of certificates narrow
 * (`valid,leaf`), and other kinds are wanted beside (`leaf,key`).
 *
 * @param now milliseconds since 1970
 * @returns whether an object passes; throws a PkiError for one of which that cannot be told
 * @throws {UsageError} a word that is none
 */
export function parseFilter(text: string | undefined, now: number): (part: SplitObject) => boolean {
  if (text === undefined) return () => true;
  const words = new Set(text.split(',').map((word) => parseWord(word.trim())));
  const has = (word: Word) => words.has(word);
  const wantsValidity = validities.some(has);
  const wantsRole = roles.some(has);
  const wantsCertificates = has('certificate') || wantsValidity || wantsRole;
  const isWantedCertificate = (certificate: Certificate): boolean =>
    wantsCertificates &&
    (!wantsValidity || validities.some((word) => has(word) && isIn(certificate, word, now))) &&
    (!wantsRole || has(certificate.basicConstraints?.isCa === true ? 'ca' : 'leaf'));
  return ({ object, isPrivate, type }) => {
    if (object?.type === 'certificate') return isWantedCertificate(object.view);
    if (type === 'request' || type === 'crl' || type === 'parameters') return has(type);
    return isPrivate && has('key');
  };
}

function parseWord(text: string): Word {
  const word = filterWords.find((each) => each === text);
  if (word !== undefined) return word;
  const hint = nearestHint(text, filterWords) ?? `one of ${filterWords.join(', ')}`;
  throw new UsageError(`--filter: "${text}" is no word for objects`, hint);
}

/** @throws {PkiError} its dates cannot be read */
function isIn({ start, expiry }: Certificate, word: (typeof validities)[number], now: number): boolean {
  if (start === null || expiry === null) throw new PkiError('CERTIFICATE', 'its dates cannot be read');
  return word === 'expired' ? expiry < now : start <= now && now <= expiry;
}
