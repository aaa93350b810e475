import type { Report } from '../../cli/report.js';
import { isPkiError } from '../../errors.js';
import type { InputObject } from '../../input/item.js';
import { readObjects } from '../../input/objects.js';
import type { Source } from '../../input/source.js';
import { type ReadRequest, readRequest } from '../../rules/read-request.js';
import { kindOf } from '../../x509/kind.js';

/** A request as it came in. */
export interface IncomingRequest extends ReadRequest {
  /** The bytes as they came, for --pass. */
  readonly der: Uint8Array;
  /** Where it stands: `line 1`, `byte 0`. */
  readonly place: string;
}

/**
 * The requests in a source. Private keys beside them are passed over, everything else that is no request is a fault; so is
 * a source without any. Each is said, and the rest goes on.
 */
export async function* readRequests(
  source: Source,
  maxSize: number | undefined,
  report: Report,
): AsyncGenerator<IncomingRequest, void> {
  let isEmpty = true;
  try {
    for await (const item of readObjects(source, { maxSize })) {
      if (item.kind === 'fault') {
        isEmpty = false;
        report.fault(source.name, item.message, item.hint);
        continue;
      }
      if (isKey(item)) {
        report.notice(source.name, `${item.place}: a private key, passed over`, 'only the request goes to the CA');
        continue;
      }
      isEmpty = false;
      const incoming = await incomingRequest(item, source, report);
      if (incoming !== undefined) yield incoming;
    }
    if (isEmpty) report.fault(source.name, 'no certificate request in it');
  } catch (error) {
    report.error(source.name, error);
  }
}

const keyKinds = new Set<string | undefined>(['pkcs8', 'pkcs1', 'sec1', 'dsa', 'encrypted_pkcs8']);

function isKey({ label, pemKind, der }: InputObject): boolean {
  return label === undefined ? keyKinds.has(kindOf(der)) : label.endsWith('PRIVATE KEY') || pemKind === 'ec_parameters';
}

async function incomingRequest(
  item: InputObject,
  source: Source,
  report: Report,
): Promise<IncomingRequest | undefined> {
  const { der, place, label, pemKind } = item;
  const kind = kindOf(der) ?? (label === undefined ? await kindOfBer(der) : pemKind);
  if (kind !== 'request' && (kind !== undefined || pemKind !== 'request')) {
    const name = kind?.replaceAll('_', ' ') ?? label;
    const found = name === undefined ? 'something else' : article(name);
    report.fault(source.name, `${place}: expected a certificate request, found ${found}`, hints[kind ?? '']);
    return undefined;
  }
  const pemOddities = [...item.notices, ...oddLabel(label)];
  try {
    return { ...(await readRequest(der, pemOddities)), der, place };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    report.fault(source.name, `${place}: ${error.message}`, error.hint);
    return undefined;
  }
}

/** What bare bytes are that are no DER: BER shows it once it is rewritten. */
async function kindOfBer(der: Uint8Array): Promise<ReturnType<typeof kindOf>> {
  const { berToDer } = await import('../../x509/ber-to-der.js');
  const rewritten = berToDer(der);
  return rewritten && kindOf(rewritten);
}

const hints: Readonly<Record<string, string>> = {
  certificate: 'cert-info reads certificates; csr-gen --from FILE makes a request from one',
};

const article = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** A label that means a request, but is not the one of RFC 7468. */
function oddLabel(label: string | undefined): string[] {
  return label === undefined || label === 'CERTIFICATE REQUEST' ? [] : [`the label is ${label}, an old spelling`];
}
