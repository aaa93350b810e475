import { DerError } from '../../der/error.js';
import { checkWellFormed } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** Extensions that say something by being there. */

const nullType = (oid: string, name: string, words: string): ExtensionType<true> => ({
  oid,
  name,
  read(content) {
    expect(content, Tag.null, 'NULL');
    if (content.length > 0) throw new DerError('DER_VALUE', content.start, 'NULL with something in it');
    return true;
  },
  lines: () => [words],
});

/** A precertificate (RFC 6962 3.1): for logs, never for TLS. */
export const ctPoison = nullType(ExtensionOid.ctPoison, 'ctPoison', 'a precertificate: not valid in TLS');
/** The certificate of an OCSP responder whose own status is not to be asked for (RFC 6960 4.2.2.2.1). */
export const ocspNoCheck = nullType(ExtensionOid.ocspNoCheck, 'ocspNoCheck', 'is there');

/** Pictures (RFC 3709). */
export const logotype: ExtensionType<true> = {
  oid: ExtensionOid.logotype,
  name: 'logotype',
  read(content) {
    checkWellFormed(expect(content, Tag.sequence, 'LogotypeExtn'));
    return true;
  },
  lines: () => ['a logotype'],
};
