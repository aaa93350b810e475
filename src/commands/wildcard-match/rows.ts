import type { Miss } from '../../names/nearest-miss.js';
import { printable } from '../../text/printable.js';
import { withoutRuns, withoutSecrets } from '../../text/without-secrets.js';
import type { Entry } from './catalog.js';
import type { Host } from './operands.js';
import type { OutputRow } from './selection.js';

/** The rows that are printed: a line for people, and an object of pkiutils-json(5). */

/** A line of tab-separated fields, nothing in which can be taken for a tab or a line's end. */
const fields = (...values: readonly (string | undefined)[]): string =>
  values
    .filter((value) => value !== undefined)
    .map(printable)
    .join('\t');

/** How hosts are shown: `explain` adds the verdict, `certificate` the name of the certificate that answers. */
interface HostShape {
  readonly explain: boolean;
  readonly certificate?: string | undefined;
}

/** A host that a name covers. */
export function coveredHostRow(host: Host, entry: Entry, { explain, certificate }: HostShape): OutputRow {
  const { pattern, source, object } = entry;
  const match = { match: true, pattern: pattern.text, source: source ?? null, place: object?.place ?? null };
  return {
    text: fields(host.text, explain ? 'yes' : undefined, certificate, pattern.text),
    json: { ...hostJson(host), ...match, reason: null, nearest: null },
  };
}

/** A host that none covers, and what it missed by. */
export function uncoveredHostRow(host: Host, { reason, nearest }: Miss, { explain }: HostShape): OutputRow {
  const { text, reference } = host;
  const detail = reference.kind === 'none' ? reference.problem : nearest;
  const miss = { match: false, pattern: null, source: null, place: null, reason, nearest: nearest ?? null };
  return {
    text: explain ? fields(shown(host), 'no', reason, detail) : text,
    json: { ...hostJson(host), ...miss },
  };
}

const hostJson = (host: Host) => ({
  type: 'host',
  host: shown(host),
  name: host.reference.kind === 'none' ? null : host.reference.name,
});

/** A text that is no host may be anything, a line of a private key too. */
const shown = ({ text, reference }: Host): string =>
  reference.kind === 'none' ? withoutRuns(text) : withoutSecrets(text);

/**
 * A pattern.
 *
 * @param match whether it covers any of the hosts
 * @param hosts which, where that is known
 */
export function patternRow({ pattern, source, object }: Entry, match: boolean, hosts?: readonly Host[]): OutputRow {
  const { text } = pattern;
  const origin = { source: source ?? null, place: object?.place ?? null };
  return {
    text,
    json: { type: 'pattern', pattern: text, ...origin, match, hosts: hosts?.map((host) => host.text) ?? null },
  };
}

/** A file of patterns or certificates. A name that could forge a line is escaped, unless `isRaw`. */
export const fileRow = (source: string, match: boolean, isRaw: boolean): OutputRow => ({
  text: isRaw ? source : printable(source),
  json: { type: 'file', source, match },
});

/** A name to be put into a certificate. */
export const nameRow = (name: string): OutputRow => ({ text: name, json: { type: 'name', name } });
