import { JsonWriter } from '../text/json.js';
import type { Show } from './inspector.js';
import { namedFirst } from './oid-names.js';
import { propertiesOf } from './properties.js';

/** `--json`: an object a line, as pkiutils-json(5) describes. */
export function showJson(now: number): Show {
  let writer: JsonWriter | undefined;
  return (shown, sink) => {
    writer ??= new JsonWriter(sink);
    const line = writer;
    return namedFirst(shown.item, (oidName) => line.write(propertiesOf(shown, { now, oidName }), '\n'));
  };
}
