import { createHmac, timingSafeEqual } from 'node:crypto';
import { PkiError } from '../../errors.js';
import {
  type DnsMessage,
  nameOctets,
  parseMessage,
  RecordClass,
  RecordType,
  readName,
  recordOctets,
} from './message.js';

/** A secret shared with a DNS server (RFC 8945). */
export interface TsigKey {
  readonly name: string;
  /** As RFC 8945 6 names it: `hmac-sha256`. */
  readonly algorithm: string;
  /** As node:crypto names it: `sha256`. */
  readonly hash: string;
  readonly secret: Buffer;
}

/** Algorithms of RFC 8945 6; SHA-1 and MD5 are not for new keys any more. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['hmac-sha224', 'sha224'],
  ['hmac-sha256', 'sha256'],
  ['hmac-sha384', 'sha384'],
  ['hmac-sha512', 'sha512'],
]);

/**
 * A key as `tsig-keygen` of BIND writes it, `key "NAME" { algorithm hmac-sha256; secret "BASE64"; };`, or on one line as
 * nsupdate's -y takes it: `hmac-sha256:NAME:BASE64`.
 *
 * @param source names the file in errors, which do not repeat what is in it
 * @throws {PkiError}
 */
export function parseTsigKey(text: string, source: string): TsigKey {
  const clean = text.replace(/\/\*[\s\S]*?\*\/|(?:#|\/\/).*$/gm, '');
  const block = /\bkey\s+"?([^\s"{]+)"?\s*\{([^}]*)\}/.exec(clean);
  const line = /^\s*(?:([\w-]+):)?([^\s:]+):([A-Za-z0-9+/=]+)\s*$/.exec(clean);
  const name = block?.[1] ?? line?.[2];
  const algorithm =
    (block === null ? line?.[1] : /\balgorithm\s+"?([\w-]+)/.exec(block[2] ?? '')?.[1]) ?? 'hmac-sha256';
  const secret = block === null ? line?.[3] : /\bsecret\s+"?([A-Za-z0-9+/=]+)/.exec(block[2] ?? '')?.[1];
  if (name === undefined || secret === undefined) {
    throw new PkiError('TSIG_KEY', 'this is no TSIG key', {
      source,
      hint: 'tsig-keygen makes one: key "NAME" { ... };',
    });
  }
  const hash = hashes.get(algorithm.toLowerCase());
  if (hash === undefined) {
    throw new PkiError('TSIG_KEY', `TSIG algorithm ${algorithm} is not known here`, {
      source,
      hint: [...hashes.keys()].join(', '),
    });
  }
  return { name, algorithm: algorithm.toLowerCase(), hash, secret: Buffer.from(secret, 'base64') };
}

/** Seconds the two clocks may be apart (RFC 8945 10). */
const FUDGE = 300;

/** A message with its MAC, and the MAC, which the answer's is made over too. */
interface SignedMessage {
  readonly octets: Buffer;
  readonly mac: Buffer;
}

/** @param now milliseconds since 1970 */
export function signMessage(message: Buffer, key: TsigKey, now: number): SignedMessage {
  const fields = { time: Math.floor(now / 1000), fudge: FUDGE, error: 0, other: Buffer.alloc(0) };
  const mac = macOf(key, [message, variables(key, fields)]);
  const id = message.subarray(0, 2);
  const data = Buffer.concat([
    nameOctets(key.algorithm),
    timeOctets(fields.time),
    uint16(FUDGE),
    uint16(mac.length),
    mac,
    id,
    uint16(0),
    uint16(0),
  ]);
  const octets = Buffer.concat([message, recordOctets(key.name, RecordType.tsig, RecordClass.any, 0, data)]);
  octets.writeUInt16BE(octets.readUInt16BE(10) + 1, 10);
  return { octets, mac };
}

/**
 * An answer whose MAC is right.
 *
 * @param requestMac of the question
 * @throws {PkiError} TSIG: it bears no MAC, a wrong one, or one of another time
 */
export function verifiedAnswer(octets: Buffer, key: TsigKey, requestMac: Buffer, now: number): DnsMessage {
  const message = parseMessage(octets);
  const record = message.additionals.at(-1);
  if (record?.type !== RecordType.tsig)
    throw wrong('the answer is not signed', 'its TSIG key must be one the server has');
  const tsig = tsigFields(octets, record.dataStart);
  if (record.name !== key.name.toLowerCase().replace(/\.$/, '') || tsig.algorithm !== key.algorithm) {
    throw wrong('the answer is signed with another key');
  }
  const reason = errors.get(tsig.error);
  if (reason !== undefined && tsig.mac.length === 0) throw wrong(reason);
  const stripped = Buffer.from(octets.subarray(0, record.start));
  stripped.writeUInt16BE(stripped.readUInt16BE(10) - 1, 10);
  stripped.writeUInt16BE(tsig.originalId, 0);
  const mac = macOf(key, [uint16(requestMac.length), requestMac, stripped, variables(key, tsig)]);
  if (mac.length !== tsig.mac.length || !timingSafeEqual(mac, tsig.mac)) throw wrong("the answer's MAC is wrong");
  if (reason !== undefined) throw wrong(reason);
  if (Math.abs(now / 1000 - tsig.time) > tsig.fudge)
    throw wrong('the answer was signed at another time: a clock is wrong');
  return message;
}

/** TSIG errors (RFC 8945 3) in words. */
const errors: ReadonlyMap<number, string> = new Map([
  [16, 'the server says that our MAC is wrong: the secret is another one there'],
  [17, 'the server does not know the TSIG key'],
  [18, "the server's clock and ours are more than five minutes apart"],
  [22, 'the server takes no MAC of this length'],
]);

const wrong = (message: string, hint?: string): PkiError => new PkiError('TSIG', message, { hint });

interface TsigFields {
  /** Seconds since 1970. */
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

interface ReadTsig extends TsigFields {
  readonly algorithm: string;
  readonly mac: Buffer;
  readonly originalId: number;
}

function tsigFields(octets: Buffer, start: number): ReadTsig {
  const { name: algorithm, end } = readName(octets, start);
  const time = octets.readUIntBE(end, 6);
  const fudge = octets.readUInt16BE(end + 6);
  const macLength = octets.readUInt16BE(end + 8);
  const after = end + 10 + macLength;
  const mac = octets.subarray(end + 10, after);
  const otherLength = octets.readUInt16BE(after + 4);
  return {
    algorithm,
    time,
    fudge,
    mac,
    originalId: octets.readUInt16BE(after),
    error: octets.readUInt16BE(after + 2),
    other: octets.subarray(after + 6, after + 6 + otherLength),
  };
}

/** The fields a MAC covers besides the message (RFC 8945 4.3.3). */
function variables(key: TsigKey, { time, fudge, error, other }: TsigFields): Buffer {
  return Buffer.concat([
    nameOctets(key.name),
    uint16(RecordClass.any),
    Buffer.alloc(4),
    nameOctets(key.algorithm),
    timeOctets(time),
    uint16(fudge),
    uint16(error),
    uint16(other.length),
    other,
  ]);
}

function macOf({ hash, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(hash, secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function timeOctets(seconds: number): Buffer {
  const octets = Buffer.alloc(6);
  octets.writeUIntBE(seconds, 0, 6);
  return octets;
}

const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
