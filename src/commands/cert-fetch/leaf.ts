import { attempt, PkiError } from '../../errors.js';
import { placeText } from '../../net/socket-error.js';
import { encodePem } from '../../pem/encode.js';
import { timestampsProperty } from '../../show/property-values.js';
import { parseIpAddress } from '../../text/ip-address.js';
import { jsonOf } from '../../text/json.js';
import { Certificate } from '../../x509/certificate.js';
import { signedTimestamps } from '../../x509/extensions/signed-timestamps.js';
import { publicKeyPin, tlsaRecord } from '../../x509/pin.js';
import type { ServerAnswer } from './show.js';

/** The ways of showing an answer for which the first certificate, the server's own, is read. */

/** @throws {PkiError} it cannot be read */
function leafOf({ presented }: ServerAnswer): Certificate {
  const [der] = presented.certificates;
  if (der === undefined) throw new PkiError('NET_NO_CERTIFICATE', 'the server presents no certificate');
  return new Certificate(der);
}

/** `--pin`: the pin of the server's key, behind the server's name where there are several. */
export function pinLine(answer: ServerAnswer, isOnly: boolean): string {
  const { host, port } = answer.target;
  const pin = publicKeyPin(leafOf(answer).publicKey);
  return isOnly ? `${pin}\n` : `${placeText(host, port)}\t${pin}\n`;
}

/**
 * `--tlsa`: the server's TLSA record.
 *
 * @param port the port of the record where it is not the one that was asked
 * @throws {PkiError} the server was asked by its address, where DNS has no such record
 */
export function tlsaLine(answer: ServerAnswer, port: number | undefined): string {
  const { target } = answer;
  if (parseIpAddress(target.host) !== undefined) {
    throw new PkiError('NO_NAME', 'an IP address has no TLSA record', { hint: 'ask the server by its name' });
  }
  return `${tlsaRecord(target.host, port ?? target.port, leafOf(answer).publicKey)}\n`;
}

/** `--json`: an object a server, as pkiutils-json(5) has it. */
export function answerJson(answer: ServerAnswer, source: string, index: number): string {
  const { target, presented } = answer;
  const { certificates, version, staple, ...rest } = presented;
  return `${jsonOf({
    type: 'server',
    source,
    index,
    host: target.host,
    port: target.port,
    protocol: target.protocol ?? null,
    address: rest.address,
    tls_version: version,
    cipher: rest.cipher,
    alpn: rest.alpn,
    verified: null,
    stapled_response: staple?.toString('base64') ?? null,
    scts: embeddedTimestamps(answer),
    certificates: certificates.map((der) => encodePem('CERTIFICATE', der)),
  })}\n`;
}

/** The timestamps of certificate transparency in the first certificate; none where it cannot be read. */
const embeddedTimestamps = (answer: ServerAnswer) =>
  timestampsProperty(attempt(() => leafOf(answer).value(signedTimestamps)));
