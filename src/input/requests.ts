import { checkWellFormed } from '../der/reader.js';
import { complaint } from '../errors.js';
import type { CertificationRequest } from '../x509/request.js';
import type { Content } from './content.js';
import { contentsOf } from './contents.js';
import { objectName, refusal } from './expected.js';
import { faultText } from './item.js';
import type { ObjectOptions } from './objects.js';
import { isPrivateKey } from './private-key.js';
import type { Source } from './source.js';

/** The one who is told of what is wrong in a source. */
export interface FaultListener {
  fault(source: string, message: string, hint?: string): void;
  notice(source: string, message: string, hint?: string): void;
  error(source: string, error: unknown): void;
}

/** A request of an input, with the way it stood there. */
export interface RequestContent {
  readonly request: CertificationRequest;
  readonly content: Content;
}

/**
 * The requests in a source. Private keys beside them are passed over, everything else that is no request is a fault; so is
 * a source without any. Each is said, and the rest goes on.
 */
export async function* requestsOf(
  source: Source,
  options: ObjectOptions,
  listener: FaultListener,
): AsyncGenerator<RequestContent, void> {
  let isEmpty = true;
  try {
    for await (const item of contentsOf(source, options)) {
      if (item.kind === 'fault') {
        isEmpty = false;
        listener.fault(source.name, faultText(item), item.hint);
      } else if (item.object.type === 'request') {
        isEmpty = false;
        const request = item.object.view;
        const fault = requestFault(request);
        if (fault === undefined) yield { request, content: item };
        else listener.fault(source.name, `${item.place}: ${fault}`);
      } else if (isPrivateKey(item.object)) {
        const name = objectName(item.object);
        listener.notice(source.name, `${item.place}: ${name}, passed over`, 'only the request goes to the CA');
      } else if (item.object.type !== 'parameters') {
        isEmpty = false;
        const { message, hint } = refusal('a certificate request', item);
        listener.fault(source.name, message, hint);
      }
    }
    if (isEmpty) listener.fault(source.name, 'no certificate request in it');
  } catch (error) {
    listener.error(source.name, error);
  }
}

/**
 * What keeps a request from being walked to its end. Views read lazily, and of what cannot be walked no answer is one: not
 * even that its signature is bad.
 */
export const requestFault = (request: CertificationRequest): string | undefined =>
  complaint(() => checkWellFormed(request.elements.whole));
