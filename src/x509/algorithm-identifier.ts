import { checkWellFormed, children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';

/** An AlgorithmIdentifier (RFC 5280 4.1.1.2): an OID and whatever parameters go with it. */
export class AlgorithmIdentifier {
  readonly element: Element;
  readonly oid: string;
  /** The parameters; undefined when absent. */
  readonly parameters: Element | undefined;

  /** @throws {DerError} */
  constructor(element: Element) {
    const fields = children(element);
    this.element = element;
    this.oid = readOid(fields.read(Tag.objectIdentifier, 'algorithm'));
    this.parameters = fields.atEnd ? undefined : fields.next();
    if (this.parameters?.isConstructed) checkWellFormed(this.parameters);
    fields.end();
  }
}
