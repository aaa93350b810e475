import { randomInt } from 'node:crypto';
import { isPkiError, PkiError } from '../../errors.js';
import { openConnection } from '../connect.js';
import { Deadline } from '../deadline.js';
import { socketError } from '../socket-error.js';
import {
  type DnsMessage,
  type DnsQuestion,
  messageOctets,
  Opcode,
  RecordClass,
  RecordType,
  readName,
  recordOctets,
  responseText,
  txtData,
  txtText,
} from './message.js';
import { signMessage, type TsigKey, verifiedAnswer } from './tsig.js';

/** A primary server of a zone, and the key it takes updates with. */
export interface UpdateServer {
  readonly host: string;
  readonly port: number;
  readonly key: TsigKey;
}

/** For one question and its answer, in milliseconds. */
const TIMEOUT = 10_000;

/** A record of ours is asked for once, by a CA that takes none from a cache. */
const TTL = 60;

/** A record's name, through aliases, and the zone it is in. */
export interface RecordPlace {
  readonly name: string;
  readonly zone: string;
}

/**
 * Puts a TXT record beside those that are there (RFC 2136 2.5.1).
 *
 * @throws {PkiError}
 */
export async function addText(server: UpdateServer, { name, zone }: RecordPlace, text: string): Promise<void> {
  await update(server, zone, recordOctets(name, RecordType.txt, RecordClass.internet, TTL, txtData(text)));
}

/** Takes one TXT record away; that it is not there is no error (RFC 2136 2.5.4). */
export async function removeText(server: UpdateServer, { name, zone }: RecordPlace, text: string): Promise<void> {
  await update(server, zone, recordOctets(name, RecordType.txt, RecordClass.none, 0, txtData(text)));
}

/** The texts of the TXT records with a name. */
export async function readTexts(server: UpdateServer, name: string): Promise<string[]> {
  const { answers } = await ask(server, Opcode.query, { name, type: RecordType.txt });
  return answers.filter(({ type }) => type === RecordType.txt).map(({ data }) => txtText(data));
}

const MAX_ALIASES = 8;

/**
 * Where a record has to be put: the zone is found by its SOA, and an alias (CNAME) is followed, which is how validation is
 * left to another zone.
 *
 * @throws {PkiError} the server has no zone for the name
 */
export async function placeOf(server: UpdateServer, name: string): Promise<RecordPlace> {
  let target = name.toLowerCase();
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const found = await zoneOf(server, target);
    if ('zone' in found) return found;
    target = found.alias;
  }
  throw new PkiError('DNS_ZONE', `${name}: more than ${MAX_ALIASES} aliases`);
}

/** Goes up from the name until a server answers for the zone. */
async function zoneOf(server: UpdateServer, name: string): Promise<RecordPlace | { readonly alias: string }> {
  for (let apex = name; apex !== ''; apex = apex.split('.').slice(1).join('.')) {
    const { answers, authorities, octets } = await ask(
      server,
      Opcode.query,
      { name: apex, type: RecordType.soa },
      true,
    );
    const alias = answers.find(({ type }) => type === RecordType.cname);
    const soa = [...answers, ...authorities].find(({ type }) => type === RecordType.soa);
    if (alias !== undefined && apex === name) return { alias: readName(octets, alias.dataStart).name };
    if (soa !== undefined) return { name, zone: soa.name };
  }
  throw new PkiError('DNS_ZONE', `the server has no zone for ${name}`);
}

async function update(server: UpdateServer, zone: string, record: Buffer): Promise<void> {
  await ask(server, Opcode.update, { name: zone, type: RecordType.soa }, false, [record]);
}

/**
 * One question over TCP and its answer, both signed.
 *
 * @param isSearch true where "no such name" and "refused" are answers
 * @throws {PkiError}
 */
async function ask(
  server: UpdateServer,
  opcode: number,
  question: DnsQuestion,
  isSearch = false,
  updates: readonly Buffer[] = [],
): Promise<DnsMessage & { readonly octets: Buffer }> {
  const source = `${server.host} port ${server.port}`;
  const id = randomInt(0x1_0000);
  const { octets, mac } = signMessage(messageOctets(id, opcode, question, updates), server.key, Date.now());
  try {
    const answer = await exchange(server, octets);
    const message = verifiedAnswer(answer, server.key, mac, Date.now());
    if (message.id !== id || !message.isResponse) throw new PkiError('DNS_ANSWER', 'an answer to another question');
    if (message.code !== 0 && !(isSearch && acceptable.has(message.code))) {
      throw new PkiError('DNS_ANSWER', `${question.name}: ${responseText(message.code)}`);
    }
    return { ...message, octets: answer };
  } catch (error) {
    if (error instanceof RangeError) throw new PkiError('DNS_ANSWER', 'the answer is no DNS message', { source });
    if (isPkiError(error)) throw new PkiError(error.code, error.message, { hint: error.hint, source, cause: error });
    throw error;
  }
}

/** NXDOMAIN comes with the zone's SOA; a server refuses what is above its zones, or is not authoritative for it. */
const acceptable = new Set([3, 5, 9]);

/** Sends a message and reads one, each with its length in front (RFC 1035 4.2.2). */
async function exchange({ host, port }: UpdateServer, message: Buffer): Promise<Buffer> {
  const deadline = new Deadline(TIMEOUT);
  try {
    const socket = await openConnection(host, port, deadline);
    deadline.enter('waiting for the DNS server');
    const chunks: Buffer[] = [];
    try {
      return await deadline.wait<Buffer>((resolve, reject) => {
        const take = (chunk: Buffer) => {
          chunks.push(chunk);
          const all = Buffer.concat(chunks);
          const length = all.length < 2 ? Number.POSITIVE_INFINITY : all.readUInt16BE(0);
          if (all.length >= 2 + length) resolve(all.subarray(2, 2 + length));
        };
        const end = () => reject(new PkiError('DNS_ANSWER', 'the server closed the connection without an answer'));
        socket.on('data', take).once('end', end).once('error', reject);
        socket.write(Buffer.concat([Buffer.of(message.length >> 8, message.length & 255), message]));
        return () => socket.off('data', take).off('end', end).off('error', reject);
      });
    } catch (error) {
      throw socketError(error, host);
    } finally {
      socket.destroy();
    }
  } finally {
    deadline.clear();
  }
}
