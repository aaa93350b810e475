/** DNS messages (RFC 1035 4), as far as DYNAMIC UPDATE needs them: written without compression, read with it. */

export const RecordType = { cname: 5, soa: 6, txt: 16, tsig: 250 } as const;

export const RecordClass = { internet: 1, none: 254, any: 255 } as const;

export const Opcode = { query: 0, update: 5 } as const;

/** Names of response codes (RFC 1035 4.1.1, RFC 2136 2.2), in words. */
const responseCodes = [
  'no error',
  'the server does not understand the message',
  'the server failed',
  'there is no such name',
  'the server does not do this',
  'the server refuses',
  'a name exists that should not',
  'records exist that should not',
  'records that should exist do not',
  'the server is not authoritative, or does not take the key',
  'the name is not in the zone',
] as const;

export const responseText = (code: number): string => responseCodes[code] ?? `response code ${code}`;

export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
}

interface DnsRecord {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** In seconds. */
  readonly ttl: number;
  readonly data: Buffer;
  /** Where the record, and its data, begin in the message: names in the data may point back. */
  readonly start: number;
  readonly dataStart: number;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** A name in wire form, lower case, uncompressed (RFC 1035 3.1). @throws {RangeError} a label that is none */
export function nameOctets(name: string): Buffer {
  const labels = name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '')
    .map((label) => Buffer.from(label, 'latin1'));
  if (labels.some(({ length }) => length > 63)) throw new RangeError(`${name} has a label of more than 63 octets`);
  const octets = Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
  if (octets.length > 255) throw new RangeError(`${name} is longer than 255 octets`);
  return octets;
}

const uint16 = (...values: readonly number[]): Buffer =>
  Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));

/** The data of a TXT record: character strings of at most 255 octets each (RFC 1035 3.3.14). */
export function txtData(text: string): Buffer {
  const octets = Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < octets.length; at += 255) {
    const part = octets.subarray(at, at + 255);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}

/** The text of a TXT record, its character strings put together. */
export function txtText(data: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0))
    parts.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)));
  return Buffer.concat(parts).toString('utf8');
}

/** A record in wire form. */
export function recordOctets(name: string, type: number, recordClass: number, ttl: number, data: Buffer): Buffer {
  const time = Buffer.alloc(4);
  time.writeUInt32BE(ttl);
  return Buffer.concat([nameOctets(name), uint16(type, recordClass), time, uint16(data.length), data]);
}

/**
 * A message that asks something: a query, or an update of the zone the question names.
 *
 * @param updates records of the update section (RFC 2136 2.5)
 */
export function messageOctets(
  id: number,
  opcode: number,
  { name, type }: DnsQuestion,
  updates: readonly Buffer[],
): Buffer {
  const header = uint16(id, opcode << 11, 1, 0, updates.length, 0);
  return Buffer.concat([header, nameOctets(name), uint16(type, RecordClass.internet), ...updates]);
}

/** @throws {RangeError} it is no DNS message */
export function parseMessage(octets: Buffer): DnsMessage {
  const reader = new Reader(octets);
  const [id, flags, questions, answers, authorities, additionals] = Array.from({ length: 6 }, () => reader.uint16());
  for (let i = 0; i < (questions ?? 0); i++) reader.skipQuestion();
  const records = (count = 0) => Array.from({ length: count }, () => reader.record());
  return {
    id: id ?? 0,
    isResponse: ((flags ?? 0) & 0x8000) !== 0,
    code: (flags ?? 0) & 15,
    answers: records(answers),
    authorities: records(authorities),
    additionals: records(additionals),
  };
}

/** The name at a place of a message, and where what follows it begins. @throws {RangeError} */
export function readName(octets: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let at = start;
  // A name has at most 127 labels; pointers only lead back (RFC 1035 4.1.4), so that a ring of them ends here.
  for (;;) {
    const length = octets.readUInt8(at);
    if (length >= 0xc0) {
      const target = octets.readUInt16BE(at) & 0x3fff;
      if (target >= at) throw new RangeError('a pointer that does not lead back');
      end ??= at + 2;
      at = target;
      continue;
    }
    if (length > 63) throw new RangeError('a label of an unknown kind');
    at += 1;
    if (length === 0) return { name: labels.join('.'), end: end ?? at };
    if (labels.length === 127 || at + length > octets.length) throw new RangeError('a name without an end');
    labels.push(octets.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
}

class Reader {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  uint16(): number {
    this.#at += 2;
    return this.#octets.readUInt16BE(this.#at - 2);
  }

  skipQuestion(): void {
    this.#at = readName(this.#octets, this.#at).end + 4;
  }

  record(): DnsRecord {
    const start = this.#at;
    const { name, end } = readName(this.#octets, start);
    this.#at = end;
    const type = this.uint16();
    const recordClass = this.uint16();
    const ttl = this.#octets.readUInt32BE(this.#at);
    this.#at += 4;
    const length = this.uint16();
    const dataStart = this.#at;
    this.#at += length;
    if (this.#at > this.#octets.length) throw new RangeError('a record without an end');
    const data = this.#octets.subarray(dataStart, this.#at);
    return { name, type, class: recordClass, ttl, data, start, dataStart };
  }
}
