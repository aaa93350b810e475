import type { KeyObject } from 'node:crypto';
import { children, encapsulated, readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';

/** Everything in a private key that must stay secret, piece by piece. */
export function privateParts(key: KeyObject): Uint8Array[] {
  const fields = children(readElement(key.export({ type: 'pkcs8', format: 'der' })));
  fields.read(Tag.integer);
  fields.read(Tag.sequence);
  const inner = encapsulated(fields.read(Tag.octetString)).next();
  // EdDSA and X25519: the seed; DSA: x; EC and RSA: fields of a SEQUENCE behind the version.
  if (inner.tag !== Tag.sequence) return [inner.content()];
  const parts = children(inner);
  parts.read(Tag.integer);
  if (parts.peek() === Tag.octetString) return [parts.next().content()];
  parts.read(Tag.integer, 'modulus');
  parts.read(Tag.integer, 'public exponent');
  const secrets: Uint8Array[] = [];
  while (!parts.atEnd) secrets.push(parts.next().content());
  return secrets;
}

/** The shortest run that counts as a leak, in octets. */
const RUN = 16;

/** Finds runs of secret octets in text: raw, in hex and in base64 at any alignment, whatever stands between the characters. */
export class Finder {
  readonly #runs = new Set<string>();

  constructor(secrets: readonly Uint8Array[]) {
    for (const secret of secrets) this.add(secret);
  }

  add(secret: Uint8Array): void {
    const text = Buffer.from(secret).toString('latin1');
    for (let at = 0; at + RUN <= text.length; at++) this.#runs.add(text.slice(at, at + RUN));
  }

  /** How the first run found was written, or undefined. */
  find(said: Buffer): 'raw' | 'hex' | 'base64' | undefined {
    if (this.#holds(said)) return 'raw';
    const text = said.toString('latin1').replace(/\\[nrt]|[\s:,"'.\0]/g, '');
    for (const [run] of text.matchAll(/[0-9a-f]{32,}/gi)) {
      if (this.#holds(Buffer.from(run, 'hex')) || this.#holds(Buffer.from(run.slice(1), 'hex'))) return 'hex';
    }
    for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{22,}/g)) {
      for (let skip = 0; skip < 4; skip++) {
        if (this.#holds(Buffer.from(run.slice(skip), 'base64'))) return 'base64';
      }
    }
    return undefined;
  }

  #holds(octets: Buffer): boolean {
    const text = octets.toString('latin1');
    for (let at = 0; at + RUN <= text.length; at++) if (this.#runs.has(text.slice(at, at + RUN))) return true;
    return false;
  }
}
