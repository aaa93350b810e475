import { PkiError } from '../errors.js';
import type { Show } from './inspector.js';
import { publicDerOf } from './lines.js';

/** `--pem --der`: the one object, which is known to be the only one at the end. */
interface SingleDer {
  readonly show: Show;
  /** @throws {PkiError} there is none, or more than one */
  octets(): Uint8Array;
}

export function singleDer(): SingleDer {
  const found: Uint8Array[] = [];
  return {
    show: (shown, sink) => {
      const der = publicDerOf(shown, sink);
      if (der !== undefined) found.push(der);
    },
    octets: () => {
      const [only] = found;
      if (only !== undefined && found.length === 1) return only;
      throw new PkiError('NOT_ONE', `--der has room for one object, there are ${found.length}`, {
        hint: '--type and --leaf choose; pem-split --der --prefix PREFIX writes a file an object',
      });
    },
  };
}
