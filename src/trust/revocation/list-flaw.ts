import { type Crl, checkEntry } from '../../x509/crl.js';
import { knownEntryExtensions } from '../../x509/crl-entry-filter.js';
import { ExtensionOid } from '../../x509/extension.js';
import { readTime } from '../../x509/time.js';
import type { Problem } from '../problem.js';
import { type Times, type TimesKind, timeFlaw } from './freshness.js';
import { signerFlaw } from './list-signer.js';
import type { RevocationList, StatusQuestion } from './question.js';

const understood: readonly string[] = [
  ExtensionOid.authorityKeyId,
  ExtensionOid.crlNumber,
  ExtensionOid.deltaCrlIndicator,
  ExtensionOid.issuingDistributionPoint,
  ExtensionOid.issuerAltName,
  ExtensionOid.freshestCrl,
];

const listTimes: TimesKind = {
  what: 'the list',
  prefix: 'crl',
  thisClause: 'RFC 5280 5.1.2.4',
  nextClause: 'RFC 5280 5.1.2.5',
  ageWithoutNext: -1,
};

/**
 * The reason not to rely on a list, whatever is in it and whatever it is for, undefined where there is none.
 *
 * @throws {DerError}
 */
export function listFlaw(list: RevocationList, question: StatusQuestion): Problem | undefined {
  return signerFlaw(list, question) ?? extensionFlaw(list.crl) ?? timeFlaw(timesOf(list.crl), question, listTimes);
}

/** The times of a list. @throws {DerError} */
export function timesOf({ elements: { thisUpdate, nextUpdate } }: Crl): Times {
  return { thisUpdate: readTime(thisUpdate), nextUpdate: nextUpdate === undefined ? null : readTime(nextUpdate) };
}

/**
 * RFC 5280 5.2, 5.3: a list with a critical extension that is not understood tells nothing.
 *
 * @throws {DerError} an entry is damaged
 */
function extensionFlaw(crl: Crl): Problem | undefined {
  const { extensions } = crl;
  const unknown = extensions.find(({ oid, critical }) => critical && !understood.includes(oid));
  if (unknown !== undefined) {
    const message = `the list has the critical extension ${unknown.oid}, which nothing here knows`;
    return { code: 'crl_critical', message, clause: 'RFC 5280 5.2' };
  }
  const oids = extensions.map(({ oid }) => oid);
  const twice = oids.find((oid, i) => oids.indexOf(oid) !== i);
  if (twice !== undefined) {
    return { code: 'crl_critical', message: `the list has the extension ${twice} twice`, clause: 'RFC 5280 4.2' };
  }
  for (const entry of crl.revoked()) {
    checkEntry(entry);
    const odd = entry.extensions.find(({ oid, critical }) => critical && !knownEntryExtensions.includes(oid));
    if (odd === undefined) continue;
    const message = `an entry of the list has the critical extension ${odd.oid}, which nothing here knows`;
    return { code: 'crl_entry_critical', message, clause: 'RFC 5280 5.3' };
  }
  return undefined;
}
