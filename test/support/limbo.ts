import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { isRegistrySuffix } from '../../src/names/public-suffix.js';
import { CertificateStore } from '../../src/trust/certificate-store.js';
import { type PeerName, parsePeerName } from '../../src/trust/peer-names.js';
import type { PathProfile, Purpose } from '../../src/trust/requirements.js';
import { revocationCheck } from '../../src/trust/revocation.js';
import { PathVerifier, type Verification } from '../../src/trust/verify.js';
import { Crl } from '../../src/x509/crl.js';

/** A case of C2SP/x509-limbo, with the properties that say what is asked. */
export interface LimboCase {
  readonly id: string;
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly extended_key_usage: readonly string[];
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: LimboName | null;
  readonly expected_peer_names: readonly LimboName[];
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

interface LimboName {
  readonly kind: 'DNS' | 'IP' | 'RFC822';
  readonly value: string;
}

/** The path of limbo.json or limbo.json.xz, undefined where nothing is said of it; `none` where it is not to be had. */
export const limboPath = process.env['PKIUTILS_LIMBO'];

/** The cases of the suite. */
export function limboCases(path: string): readonly LimboCase[] {
  const text = path.endsWith('.xz')
    ? execFileSync('xz', ['-dkc', path], { maxBuffer: 1 << 30, encoding: 'utf8' })
    : readFileSync(path, 'utf8');
  return JSON.parse(text).testcases;
}

/** The profile a case is judged by: its own suite's, and that of the web for all that says nothing of it. */
export const profileOf = ({ id }: LimboCase): PathProfile => (id.startsWith('rfc5280::') ? 'rfc5280' : 'webpki');

/** Our answer to a case. Objects that cannot be read are a refusal, said by an error. */
export function answer(limbo: LimboCase): Verification {
  const store = new CertificateStore();
  for (const pem of limbo.trusted_certs) store.add(derOf(pem), true);
  for (const pem of limbo.untrusted_intermediates) store.add(derOf(pem));
  const leaf = store.add(derOf(limbo.peer_certificate));
  const verifier = new PathVerifier({
    at: Date.parse(limbo.validation_time ?? new Date().toISOString()),
    profile: profileOf(limbo),
    purpose: purposeOf(limbo),
    names: namesOf(limbo),
    depth: limbo.max_chain_depth ?? undefined,
    policies: [],
    revocation: revocationCheck(limbo.crls.map((pem) => new Crl(derOf(pem)))),
    isRegistrySuffix,
  });
  return verifier.verify(leaf, store);
}

const purposeOf = ({ validation_kind: kind }: LimboCase): Purpose => (kind === 'SERVER' ? 'server' : 'client');

/** Not through the reader of what people type: a case may ask for more than that takes. */
function namesOf({ expected_peer_name: name, expected_peer_names: others }: LimboCase): PeerName[] {
  return [...(name === null ? [] : [name]), ...others].map(({ value }) => parsePeerName('--name', value));
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
