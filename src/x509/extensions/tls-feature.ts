import { children } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readSmallInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** The TLS feature that makes a certificate "must staple". */
export const STATUS_REQUEST = 5;

const featureNames: ReadonlyMap<number, string> = new Map([
  [STATUS_REQUEST, 'status_request (must staple)'],
  [17, 'status_request_v2'],
]);

/** TLS features by number (RFC 7633). */
export const tlsFeature: ExtensionType<readonly number[]> = {
  oid: ExtensionOid.tlsFeature,
  name: 'tlsFeature',
  read(content, warn) {
    const cursor = children(expect(content, Tag.sequence, 'TLSFeatures'));
    const features: number[] = [];
    while (!cursor.atEnd) features.push(readSmallInteger(cursor.read(Tag.integer)));
    if (features.length === 0) warn('empty');
    return features;
  },
  lines: (features) => features.map((feature) => featureNames.get(feature) ?? String(feature)),
};
