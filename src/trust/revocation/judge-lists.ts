import { sameEncoding } from '../../der/reader.js';
import { isPkiError } from '../../errors.js';
import type { Crl, RevokedCertificate } from '../../x509/crl.js';
import { ExtensionOid } from '../../x509/extension.js';
import { crlNumber, deltaCrlIndicator } from '../../x509/extensions/crl-numbers.js';
import type { ReasonFlag } from '../../x509/extensions/distribution-points.js';
import type { Problem } from '../problem.js';
import { entryOf } from './list-entry.js';
import { listFlaw, timesOf } from './list-flaw.js';
import { allReasons, scopeOf } from './list-scope.js';
import type { RevocationList, StatusAnswer, StatusQuestion } from './question.js';

/** The judgement of lists about a certificate. */
interface ListsJudgement<L extends RevocationList> {
  readonly answer: StatusAnswer | undefined;
  /** The lists the answer rests on. */
  readonly by: readonly L[];
  /** The reasons not to rely on the others. */
  readonly flaws: readonly ListFlaw<L>[];
}

interface ListFlaw<L extends RevocationList> {
  readonly list: L;
  readonly problem: Problem;
}

/** A list that can be relied on, and what it says. */
interface Sound<L> {
  readonly list: L;
  readonly reasons: readonly ReasonFlag[];
  readonly entry: RevokedCertificate | undefined;
}

/**
 * The status of a certificate by revocation lists (RFC 5280 6.3.3). It is good only when it is on none of them, they can
 * all be relied on, and together are for every reason there is.
 */
export function judgeLists<L extends RevocationList>(question: StatusQuestion, lists: readonly L[]): ListsJudgement<L> {
  const flaws: ListFlaw<L>[] = [];
  const complete: Sound<L>[] = [];
  const deltas: Sound<L>[] = [];
  for (const list of lists) {
    const sound = soundOrNot(list, question);
    if ('code' in sound) flaws.push({ list, problem: sound });
    else if (list.crl.extension(ExtensionOid.deltaCrlIndicator) === undefined) complete.push(sound);
    else deltas.push(sound);
  }
  const unused = new Set(deltas);
  const answers = complete.map((base) => {
    const delta = newest(deltas.filter((each) => complements(each.list.crl, base.list.crl)));
    for (const each of deltas) if (complements(each.list.crl, base.list.crl)) unused.delete(each);
    return { base, delta, entry: delta?.entry ?? base.entry };
  });
  for (const { list } of unused) flaws.push({ list, problem: deltaAlone });
  const revoked = answers
    .flatMap(({ base, delta, entry }) => (entry === undefined || isRemoved(entry) ? [] : [{ base, delta, entry }]))
    .sort((a, b) => Number(a.entry.reason === 'certificateHold') - Number(b.entry.reason === 'certificateHold'))[0];
  if (revoked !== undefined) {
    const by = listsOf([revoked]);
    return { answer: answerOf(revoked.entry, by), by, flaws };
  }
  const covered = new Set(complete.flatMap(({ reasons }) => reasons));
  const missing = allReasons.filter((reason) => !covered.has(reason));
  if (missing.length === 0) {
    const whole = answers.find(({ base }) => base.reasons.length === allReasons.length);
    const by = listsOf(whole === undefined ? answers : [whole]);
    return { answer: answerOf(undefined, by), by, flaws };
  }
  for (const { list } of complete) flaws.push({ list, problem: someReasons(missing) });
  return { answer: undefined, by: [], flaws };
}

function soundOrNot<L extends RevocationList>(list: L, question: StatusQuestion): Sound<L> | Problem {
  try {
    const scope = scopeOf(list.crl, question.certificate);
    const flaw = 'code' in scope ? scope : listFlaw(list, question);
    if ('code' in scope || flaw !== undefined) return flaw ?? deltaAlone;
    const entry = entryOf(list.crl, question.certificate);
    const isDelta = list.crl.extension(ExtensionOid.deltaCrlIndicator) !== undefined;
    return entry !== undefined && isRemoved(entry) && !isDelta ? removedFromComplete : { list, reasons: scope, entry };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return { code: 'crl_malformed', message: `the list is damaged: ${error.message}`, clause: 'RFC 5280 5.1' };
  }
}

const isRemoved = ({ reason }: RevokedCertificate): boolean => reason === 'removeFromCRL';

const deltaAlone: Problem = {
  code: 'crl_delta_alone',
  message: 'the list is a delta, and the complete list it goes with is not at hand',
  clause: 'RFC 5280 5.2.4',
};

const removedFromComplete: Problem = {
  code: 'crl_malformed',
  message: 'the list takes the certificate off a list, which only a delta may',
  clause: 'RFC 5280 5.3.1',
};

const someReasons = (missing: readonly ReasonFlag[]): Problem => ({
  code: 'crl_reasons',
  message: `the list does not name it, but is not for all reasons: ${missing.join(', ')}`,
  clause: 'RFC 5280 6.3.3 (l)',
});

/** RFC 5280 5.2.4, 6.3.3 (c): a delta for the same scope, from no later than the complete list, and newer than it. */
function complements(delta: Crl, base: Crl): boolean {
  const from = delta.value(deltaCrlIndicator)?.value;
  const [own, number] = [delta.value(crlNumber)?.value, base.value(crlNumber)?.value];
  if (from === undefined || own === undefined || number === undefined) return false;
  const hasSame = (oid: string): boolean => {
    const [a, b] = [delta.extension(oid), base.extension(oid)];
    return a === undefined || b === undefined ? a === b : sameEncoding(a.valueElement, b.valueElement);
  };
  const isSameScope = hasSame(ExtensionOid.issuingDistributionPoint) && hasSame(ExtensionOid.authorityKeyId);
  return isSameScope && from <= number && number <= own && Buffer.compare(delta.issuer.der, base.issuer.der) === 0;
}

const newest = <L extends RevocationList>(deltas: readonly Sound<L>[]): Sound<L> | undefined => {
  const numberOf = ({ list }: Sound<L>): bigint => list.crl.value(crlNumber)?.value ?? 0n;
  return [...deltas].sort((a, b) => (numberOf(a) < numberOf(b) ? 1 : -1))[0];
};

const listsOf = <L>(used: readonly { readonly base: Sound<L>; readonly delta: Sound<L> | undefined }[]): L[] =>
  used.flatMap(({ base, delta }) => (delta === undefined ? [base.list] : [base.list, delta.list]));

function answerOf(entry: RevokedCertificate | undefined, by: readonly RevocationList[]): StatusAnswer {
  const times = by.map(({ crl }) => timesOf(crl));
  const nexts = times.flatMap(({ nextUpdate }) => (nextUpdate === null ? [] : [nextUpdate]));
  return {
    state: entry === undefined ? 'good' : entry.reason === 'certificateHold' ? 'suspended' : 'revoked',
    since: entry?.time ?? null,
    reason: entry?.reason ?? null,
    thisUpdate: Math.max(...times.map(({ thisUpdate }) => thisUpdate)),
    nextUpdate: nexts.length === 0 ? null : Math.min(...nexts),
  };
}
