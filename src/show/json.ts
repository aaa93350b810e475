import { quote } from '../text/json.js';
import { certificateJson, type JsonContext } from './certificate-json.js';
import type { Show, Shown, ShowSink } from './inspector.js';
import { JoinMemo } from './join-memo.js';
import { onDemand } from './on-demand.js';
import { crlJson, encryptedKeyJson, privateKeyJson, publicKeyJson, requestJson } from './other-json.js';

/** `--json`: an object a line, as pkiutils-json(5) describes. */
export function showJson(now: number): Show {
  const context: JsonContext = { now, lookups: onDemand };
  return (shown, sink) => {
    for (const part of jsonParts(shown, context)) writePart(part, sink);
    sink.write('}\n');
  };
}

/** The JSON of one object as one string, for those who pick from it; its `index` is left null. */
export function jsonText(shown: Shown, context: JsonContext): string {
  let text = '';
  for (const part of jsonParts(shown, context)) text += part ?? 'null';
  return `${text}}`;
}

/** {@link jsonText} with an empty list in the place of a CRL's, which can be long. */
export function jsonTextWithoutList(shown: Shown, context: JsonContext): string {
  const { item, warnings } = shown;
  if (item.type !== 'crl') return jsonText(shown, context);
  const { value } = crlJson(item.view, context, warnings).next();
  return `${headOf(shown)}null${value ?? ''}]}`;
}

const headOf = ({ item, source }: Shown): string => heads.get([item.type, source]);

/** What one input holds is mostly of one type. */
const heads = new JoinMemo(([type, source = '']) => `{"type":"${type}","source":${quote(source)},"index":`);

/** Null stands for the index. */
type Part = string | null;

function writePart(part: Part, sink: ShowSink): void {
  if (part === null) sink.index();
  else sink.write(part);
}

/** Everything but the end of a CRL's list is made before the first part is handed out: an error leaves no half line. */
function jsonParts(shown: Shown, context: JsonContext): Iterable<Part> {
  const { item, warnings } = shown;
  const head = headOf(shown);
  switch (item.type) {
    case 'certificate':
      return [head, null, certificateJson(item.view, context, warnings)];
    case 'request':
      return [head, null, requestJson(item.view, context, warnings)];
    case 'crl':
      return crlParts(head, crlJson(item.view, context, warnings));
    case 'public_key':
      return [head, null, publicKeyJson(item, warnings)];
    case 'private_key':
      return [head, null, privateKeyJson(item, warnings)];
    case 'encrypted_private_key':
      return [head, null, encryptedKeyJson(item, warnings)];
  }
}

function* crlParts(head: string, rest: Generator<string, void>): Generator<Part, void> {
  const first = rest.next();
  yield head;
  yield null;
  if (!first.done) yield first.value;
  yield* rest;
}
