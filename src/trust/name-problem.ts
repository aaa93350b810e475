import { NearestMiss } from '../names/nearest-miss.js';
import { presentedNameProblem } from '../names/wildcard.js';
import type { Certificate } from '../x509/certificate.js';
import { nameFor, type PeerName } from './peer-names.js';
import type { Problem } from './problem.js';

/** The names told one by one. */
const MOST_TOLD = 6;

/** The first of the names that a certificate is not for, undefined when it is for all. @throws {DerError} */
export function nameProblem(certificate: Certificate, names: readonly PeerName[]): Problem | undefined {
  const missing = names.find((name) => nameFor(name, certificate) === undefined);
  if (missing === undefined) return undefined;
  const own = certificate.subjectAltNames.filter(({ type }) => type === missing.kind).map(({ value }) => value);
  const told =
    own.slice(0, MOST_TOLD).join(', ') + (own.length > MOST_TOLD ? ` and ${own.length - MOST_TOLD} more` : '');
  return {
    code: 'name',
    message: `is not for ${missing.value}, ${own.length === 0 ? 'it has no name of that kind' : `its names are ${told}`}`,
    clause: missing.kind === 'email' ? 'RFC 5280 4.2.1.6' : 'RFC 9525 6',
    hint: missing.kind === 'dns' ? nearMiss(missing.value, own) : undefined,
  };
}

function nearMiss(host: string, own: readonly string[]): string | undefined {
  const sound = own.map((name) => name.toLowerCase()).filter((name) => presentedNameProblem(name) === undefined);
  const { reason, nearest } = new NearestMiss(sound).of({ kind: 'name', name: host });
  if (nearest === undefined) return undefined;
  if (reason === 'label count' && nearest.startsWith('*.')) return `${nearest}: the * stands for exactly one label`;
  return `${nearest} comes nearest`;
}
