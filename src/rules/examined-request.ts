import type { KeyObject } from 'node:crypto';
import { publicKeyObject } from '../crypto/public-key.js';
import type { SignatureVerdict } from '../crypto/signature.js';
import { verifySigned } from '../crypto/verify-signed.js';
import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { attempt } from '../errors.js';
import { parseIpAddress } from '../text/ip-address.js';
import { ByteMemo } from '../x509/byte-memo.js';
import type { Certificate } from '../x509/certificate.js';
import type { Extended } from '../x509/extended.js';
import { fingerprint } from '../x509/fingerprint.js';
import { type GeneralName, readableValue } from '../x509/general-name.js';
import type { Attribute } from '../x509/name.js';
import { type KeyFacts, keyFacts } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import { pssParameters, type SignatureAlgorithm, signatureAlgorithm } from '../x509/signature-algorithm.js';
import { dnsNameFaults, type NameOracle, type NameProblem } from './dns-name.js';
import { type ExaminedModulus, examinedModulus } from './examined-modulus.js';
import type { Profile } from './profile.js';

/** Keys known to be weak. */
export interface Blocklist {
  /** Entries read. */
  readonly size: number;
  /** True when the RSA key is on the list. */
  hasModulus(modulus: Uint8Array): boolean;
  /** True when a key with this point of an elliptic curve is on the list. */
  hasPoint(point: Uint8Array): boolean;
}

/** The criteria requests are judged by: a profile's rules, and what the caller asks beyond them. */
export interface Criteria {
  readonly profile: Profile;
  /** The day rules are asked for. */
  readonly now: Date;
  readonly oracle: NameOracle;
  /** --expect: these names, in certificate form (lower-case A-labels, canonical addresses), and no others. */
  readonly expected?: readonly string[] | undefined;
  /** --key: the SubjectPublicKeyInfo of the private key that should belong to the request. */
  readonly keySpki?: Uint8Array | undefined;
  /** --renews: the certificate this request is to replace. */
  readonly renews?: Certificate | undefined;
  /** --blocklist: keys known to be weak. */
  readonly blocklist?: Blocklist | undefined;
  /** --known-keys: SHA-256 of SubjectPublicKeyInfos already seen, lower hex, with where it was said. */
  readonly knownKeys?: ReadonlyMap<string, string> | undefined;
}

/** How a request came to us, as far as rules ask for it. */
export interface Envelope {
  /** The oddities of the PEM around it, a line each. */
  readonly pemOddities: readonly string[];
  /** The fault that BER allows, where the strict reader refused the request; the rest was read from a clean copy. */
  readonly berFault?: string | undefined;
}

/** A field of the subject, each part worked out once: a dozen rules look at it. */
export interface SubjectField extends Pick<Attribute, 'oid' | 'type' | 'value' | 'tag' | 'element'> {
  /** True for words of ASCII with one blank between them: nothing to look at closely. */
  readonly isPlain: boolean;
}

/** The signs of any other text: no repeated group, for which V8 takes a stack as deep as the text is long. */
const notPlain = /[^ -~]|^ | $| {2}|^$/;

function fieldOf({ oid, type, value, tag, element }: Attribute): SubjectField {
  return { oid, type, value, tag, element, isPlain: !notPlain.test(value) };
}

/** A DNS name in a request, with its faults if it has any. */
interface JudgedName {
  /** As it stands there. */
  readonly text: string;
  /** How messages call it: `DNS name "…"`, or the common name where a profile takes it for one. */
  readonly label: string;
  readonly problems: readonly NameProblem[];
}

/**
 * A request as the rules look at it: everything that more than one rule asks is worked out once, when it is first asked.
 * A part that cannot be read is undefined here; the rule that says so is the one about that part.
 */
export class ExaminedRequest {
  readonly request: CertificationRequest;
  readonly criteria: Criteria;
  readonly envelope: Envelope;
  readonly #cache = new Map<string, unknown>();

  constructor(request: CertificationRequest, criteria: Criteria, envelope: Envelope = { pemOddities: [] }) {
    this.request = request;
    this.criteria = criteria;
    this.envelope = envelope;
  }

  get profile(): Profile {
    return this.criteria.profile;
  }

  /** The extensions asked for, as this profile's CA reads them. */
  get requested(): Extended {
    const { request, profile } = this;
    return this.#once('requested', () => (profile.base === 'letsencrypt' ? request.standardExtensions : request));
  }

  #once<T>(name: string, work: () => T): T {
    if (!this.#cache.has(name)) this.#cache.set(name, work());
    return this.#cache.get(name) as T;
  }

  get key(): KeyFacts {
    return this.#once('key', () => keyFacts(this.request.publicKey, []));
  }

  /** RSA's numbers; undefined for other keys and for RSA keys that cannot be read. */
  get rsa(): { readonly modulus: ExaminedModulus; readonly exponent: bigint } | undefined {
    return this.#once('rsa', () => {
      const numbers = attempt(() => this.request.publicKey.rsa);
      if (numbers === undefined) return undefined;
      return { modulus: examinedModulus(toBigInt(numbers.modulus)), exponent: toBigInt(numbers.exponent) };
    });
  }

  /** The octets of the public key, undefined when its BIT STRING is not whole octets. */
  get keyOctets(): Uint8Array | undefined {
    return this.#once('keyOctets', () => attempt(() => this.request.publicKey.subjectPublicKey));
  }

  /** The key as node:crypto has it; undefined where it takes none of it, as for points off their curve. */
  get keyObject(): KeyObject | undefined {
    return this.#once('keyObject', () => keyObjects.get(this.request.elements.publicKey, keyObjectOf));
  }

  get keyFingerprint(): string {
    return this.#once('keyFingerprint', () => fingerprint('sha256', this.request.publicKey.der));
  }

  /** The signature's algorithm in our words; undefined when its parameters cannot be read. */
  get signatureAlgorithm(): SignatureAlgorithm | undefined {
    return this.#once('algorithm', () => attempt(() => signatureAlgorithm(this.request.signatureAlgorithm)));
  }

  /** The verdict on the signature. */
  get signature(): SignatureVerdict {
    return this.#once('signature', () => {
      const { request, keyObject } = this;
      return verifySigned(request, keyObject ?? request.publicKey.der);
    });
  }

  /** PSS parameters the key itself is bound to, if any. */
  get keyPss() {
    return this.#once('keyPss', () => {
      const { parameters } = this.request.publicKey.algorithm;
      return parameters?.tag === Tag.sequence ? attempt(() => pssParameters(parameters, parameters)) : undefined;
    });
  }

  /** The subject's fields; none when the name cannot be read. */
  get subject(): readonly SubjectField[] {
    return this.#once('subject', () => attempt(() => this.request.subject.attributes)?.map(fieldOf) ?? []);
  }

  /** The values of one subject attribute by its short name. */
  values(type: string): readonly string[] {
    return this.subject.filter((attribute) => attribute.type === type).map(({ value }) => value);
  }

  /** The subjectAltNames; none when they cannot be read. */
  get sans(): readonly GeneralName[] {
    return this.#once('sans', () => attempt(() => this.requested.subjectAltNames) ?? []);
  }

  sansOf(type: GeneralName['type']): readonly GeneralName[] {
    return this.sans.filter((name) => name.type === type);
  }

  /** The names a server certificate would have, lower case, each once: DNS names and addresses. */
  get serverNames(): ReadonlySet<string> {
    return this.#once('serverNames', () => hostNames(this.sans));
  }

  /** Every DNS name with its faults; with the common name where the profile's CA takes it for one. */
  get dnsNames(): readonly JudgedName[] {
    return this.#once('dnsNames', () => {
      const judge = (text: string, label: string): JudgedName => ({
        text,
        label,
        problems: dnsNameFaults(text, this.criteria.oracle),
      });
      const names = this.sansOf('dns')
        .map(readableValue)
        .map((text) => judge(text, `DNS name "${text}"`));
      if (!this.profile.commonNameIsHost) return names;
      const known = new Set(names.map(({ text }) => text.toLowerCase()));
      const hosts = this.commonNames.filter(
        (name) => name !== '' && parseIpAddress(name) === undefined && !known.has(name.toLowerCase()),
      );
      return [...names, ...hosts.map((name) => judge(name, `common name "${name}"`))];
    });
  }

  /** The common names the CA looks at: one that takes them for a host looks at the last, as Go has it. */
  get commonNames(): readonly string[] {
    const names = this.values('CN');
    return this.profile.commonNameIsHost ? names.slice(-1) : names;
  }

  get keyUsage(): readonly string[] {
    return this.#once('keyUsage', () => attempt(() => this.requested.keyUsage) ?? []);
  }

  get extendedKeyUsage(): readonly string[] | undefined {
    return this.#once('extendedKeyUsage', () => attempt(() => this.requested.extendedKeyUsage));
  }
}

/** Keys as node:crypto has them, by their bytes: the requests of one server have one key. */
const keyObjects = new ByteMemo<KeyObject | undefined>({ capacity: 512 });

function keyObjectOf(publicKey: Element): KeyObject | undefined {
  try {
    return publicKeyObject(publicKey.encoding());
  } catch {
    return undefined;
  }
}

/** The host names and addresses among alternative names, in the form names are compared in. */
export const hostNames = (names: readonly GeneralName[]): ReadonlySet<string> =>
  new Set(names.filter(({ type }) => type === 'dns' || type === 'ip').map(({ value }) => value.toLowerCase()));

export function toBigInt(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}
