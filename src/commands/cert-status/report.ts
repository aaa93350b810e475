import type { Paint } from '../../cli/color.js';
import { identityProperties, timeProperty } from '../../show/property-values.js';
import { isoText } from '../../text/iso-time.js';
import { jsonOf } from '../../text/json.js';
import { printable } from '../../text/printable.js';
import type { Certificate } from '../../x509/certificate.js';
import { subjectText } from '../../x509/display-name.js';
import type { SourceProblem, StatusVerdict } from './verdict.js';

/** A certificate of an input, its place there, and its number in the call. */
export interface Subject {
  readonly source: string;
  readonly certificate: Certificate;
  /** `line 41`. */
  readonly place: string;
  /** From 1. */
  readonly index: number;
}

/** The verdict for people: a line, and below it why it is unknown. */
export function textReport(
  { source, certificate }: Subject,
  verdict: StatusVerdict,
  { green, red, yellow }: Paint,
): string {
  const { answer } = verdict;
  const word = answer?.state ?? 'unknown';
  const state = { good: green, suspended: yellow, revoked: red, unknown: yellow }[word](word);
  const lines = [`${printable(`${source}: ${subjectText(certificate)}`)}: ${state}${printable(detailsOf(verdict))}`];
  if (answer === undefined) lines.push(...verdict.problems.flatMap(problemLines));
  return lines.map((line) => `${line}\n`).join('');
}

function detailsOf({ answer, by }: StatusVerdict): string {
  if (answer === undefined) return '';
  const { since, reason, nextUpdate } = answer;
  const details = [
    ...(since === null ? [] : [`since ${isoText(since)}`]),
    ...(reason === null ? [] : [reason]),
    `by ${by.join(' and ')}`,
    ...(nextUpdate === null ? [] : [`next update ${isoText(nextUpdate)}`]),
  ];
  return `, ${details.join(', ')}`;
}

function problemLines({ source, message, clause, hint }: SourceProblem): string[] {
  const where = source === undefined ? '' : `${source}: `;
  const rule = clause === undefined ? '' : ` [${clause}]`;
  return [`  ${printable(`${where}${message}${rule}`)}`, ...(hint === undefined ? [] : [`  hint: ${printable(hint)}`])];
}

/** The verdict for programs: one object, as pkiutils-json(5) has it. */
export function jsonReport({ source, certificate, place, index }: Subject, verdict: StatusVerdict): string {
  const { answer, method = null, by, problems } = verdict;
  return `${jsonOf({
    type: 'status',
    source,
    index,
    place,
    ...identityProperties(certificate),
    status: answer?.state ?? 'unknown',
    since: timeProperty(answer?.since),
    reason: answer?.reason ?? null,
    method,
    by,
    this_update: timeProperty(answer?.thisUpdate),
    next_update: timeProperty(answer?.nextUpdate),
    problems: problems.map((each) => ({
      source: each.source ?? null,
      code: each.code,
      message: each.message,
      clause: each.clause ?? null,
      hint: each.hint ?? null,
    })),
  })}\n`;
}
