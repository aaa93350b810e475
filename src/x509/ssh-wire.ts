import { PkiError } from '../errors.js';

/** The values of the Secure Shell protocol (RFC 4251 5), which keys in OpenSSH form are made of. */

/** Reads values one after the other. */
export class SshReader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  /** @throws {PkiError} KEY_MALFORMED: the octets end early; so do all of these */
  octets(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#octets.length) {
      const early = end - this.#octets.length;
      throw new PkiError(
        'KEY_MALFORMED',
        `the key in OpenSSH form ends ${early} ${early === 1 ? 'byte' : 'bytes'} early`,
      );
    }
    const found = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return found;
  }

  number(): number {
    return this.octets(4).readUInt32BE();
  }

  string(): Buffer {
    return this.octets(this.number());
  }

  text(): string {
    return this.string().toString('latin1');
  }

  /** The octets that were not read. */
  rest(): Buffer {
    return this.octets(this.#octets.length - this.#at);
  }
}

export function sshNumber(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

export function sshString(value: string | Uint8Array): Buffer {
  const octets = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return Buffer.concat([sshNumber(octets.length), octets]);
}

/** An mpint from the big-endian octets of a number that is not negative. */
export function sshInteger(value: Uint8Array): Buffer {
  const first = value.findIndex((octet) => octet !== 0);
  if (first === -1) return sshString('');
  const digits = value.subarray(first);
  return sshString((digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]));
}
