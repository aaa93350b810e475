import type { Presented, Target } from '../../net/presented.js';
import { placeText } from '../../net/socket-error.js';
import { encodePem } from '../../pem/encode.js';
import { count } from '../../text/printable.js';

/** A server's answer and whom it was asked of. */
export interface ServerAnswer {
  readonly target: Target;
  readonly presented: Presented;
}

/** A line about the handshake, then the certificates in PEM: text outside of the blocks means nothing to readers. */
export function answerText({ target, presented }: ServerAnswer): string {
  const { address, version, cipher, alpn, certificates } = presented;
  const where = placeText(target.host, target.port);
  const details = [
    ...(target.protocol === undefined ? [] : [target.protocol]),
    ...(version === null ? [] : [version]),
    ...(cipher === null ? [] : [cipher]),
    ...(alpn === null ? [] : [`ALPN ${alpn}`]),
    count(certificates.length, 'certificate'),
  ];
  const from = address === null || address === target.host ? '' : ` [${address}]`;
  return `# ${where}${from}: ${details.join(', ')}\n${pemOf(presented)}`;
}

const pemOf = ({ certificates }: Presented): string =>
  certificates.map((der) => encodePem('CERTIFICATE', der)).join('');
