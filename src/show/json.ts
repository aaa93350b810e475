import { indexPlace, type JsonObject, jsonOf, writeJson } from '../text/json.js';
import type { Show, Shown, ShowSink } from './inspector.js';
import { withNames } from './oid-names.js';
import { ownProperties } from './properties.js';

/** `--json`: an object a line, as pkiutils-json(5) describes. */
export function showJson(now: number): Show {
  return (shown, sink) =>
    withNames(
      (oidName) => ownProperties(shown, { now, oidName }),
      (properties) => writeLine(shown, properties, sink),
    );
}

/** Octets of an object that is written as one text. */
const LARGE = 64 * 1024;

function writeLine({ item, source }: Shown, properties: JsonObject, sink: ShowSink): void {
  const { view } = item;
  if ('der' in view && view.der.length > LARGE) {
    writeJson({ type: item.type, source, index: indexPlace, ...properties }, sink);
    sink.write('\n');
  } else {
    sink.write(`{"type":"${item.type}","source":${jsonOf(source)},"index":`);
    sink.index();
    sink.write(`,${jsonOf(properties).slice(1)}\n`);
  }
}
