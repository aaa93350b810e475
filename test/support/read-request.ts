import { checkWellFormed } from '../../src/der/reader.js';
import { PkiError } from '../../src/errors.js';
import { wholeContent } from '../../src/input/contents.js';
import { faultText } from '../../src/input/item.js';
import { type JudgeableRequest, judgeableRequest } from '../../src/rules/judgeable-request.js';

/**
 * The request in DER or BER, as the rules are given it.
 *
 * @param notices oddities of the PEM around it
 * @throws {PkiError} it is none, or cannot be walked
 */
export function requestIn(der: Buffer, notices: readonly string[] = []): JudgeableRequest {
  const label = 'CERTIFICATE REQUEST';
  const content = wholeContent({
    ...{ kind: 'object', label, pemKind: 'request', der, headers: [], place: 'line 1', notices },
  });
  if (content.kind === 'fault') throw new PkiError('INPUT', faultText(content));
  if (content.object.type !== 'request') throw new PkiError('INPUT', `found ${content.object.type}`);
  const request = content.object.view;
  checkWellFormed(request.elements.whole);
  return judgeableRequest({ request, content });
}
