import { children } from '../../der/reader.js';
import { context, contextConstructed, Tag } from '../../der/tag.js';
import { toHex } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { type GeneralName, generalNameText, readGeneralNames } from '../general-name.js';
import { serialHex } from '../serial.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** The subject key identifier in hex (RFC 5280 4.2.1.2). */
export const subjectKeyIdentifier: ExtensionType<string> = {
  oid: ExtensionOid.subjectKeyId,
  name: 'subjectKeyIdentifier',
  read(content) {
    const { bytes, contentStart, end } = expect(content, Tag.octetString, 'OCTET STRING');
    return toHex(bytes, contentStart, end);
  },
  lines: (keyId) => [keyId],
};

/** The authority key identifier (RFC 5280 4.2.1.1): a key id, or the issuer's own issuer and serial number, or both. */
export interface AuthorityKeyId {
  /** Hex, null where absent. */
  readonly keyId: string | null;
  readonly issuer: readonly GeneralName[];
  /** The content of the serial number's INTEGER. */
  readonly serial: Uint8Array | undefined;
}

export const authorityKeyIdentifier: ExtensionType<AuthorityKeyId> = {
  oid: ExtensionOid.authorityKeyId,
  name: 'authorityKeyIdentifier',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'AuthorityKeyIdentifier'));
    const keyId = fields.optional(context(0));
    const issuer = fields.optional(contextConstructed(1));
    const serial = fields.optional(context(2));
    fields.end();
    if ((issuer === undefined) !== (serial === undefined)) warn('an issuer without its serial number, or the reverse');
    return {
      keyId: keyId === undefined ? null : toHex(keyId.content()),
      issuer: issuer === undefined ? [] : readGeneralNames(issuer, warn),
      serial: serial?.content(),
    };
  },
  lines: ({ keyId, issuer, serial }) => [
    ...(keyId === null ? [] : [keyId]),
    ...issuer.map((name) => `issuer ${generalNameText(name)}`),
    ...(serial === undefined ? [] : [`serial ${serialHex(serial)}`]),
  ],
};
