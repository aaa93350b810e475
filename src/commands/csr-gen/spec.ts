import { parsePathLength } from '../../cli/number.js';
import type { OptionTable, OptionValues } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import type { Secrets } from '../../cli/secrets.js';
import { isPkiError, UsageError, withSource } from '../../errors.js';
import { type Source, type StandardInput, sourceOf } from '../../input/source.js';
import { readText } from '../../input/text.js';
import { type AltName, altNameOfCommonName, parseAltName } from '../../spec/alt-name.js';
import { parseRawExtension } from '../../spec/raw-extension.js';
import { purposeNames, type RawExtension, type RequestSpec } from '../../spec/request-spec.js';
import { isSystemError } from '../../system/error.js';
import { keyUsageNames } from '../../x509/extensions/key-usage.js';
import { STATUS_REQUEST } from '../../x509/extensions/tls-feature.js';
import { readSanFile } from './san-file.js';
import { givesSubject, parseKeyUsages, parsePurposes, subjectOf, subjectOptions } from './subject.js';

/** The options that say what is asked for, beside the subject. */
export const specOptions = {
  ...subjectOptions,
  san: {
    short: 'a',
    value: 'NAME',
    repeatable: true,
    help: 'alternative name: DNS, IP, e-mail; DNS: IP: email: URI: UPN: RID: other:',
  },
  'san-file': { value: 'FILE', repeatable: true, help: 'alternative names, one a line' },
  from: { value: 'FILE', help: 'ask again for what a certificate or request in FILE has' },
  'must-staple': { help: 'ask for the TLS feature status_request' },
  eku: { value: 'NAME,...', choices: purposeNames, help: 'extended key usage: serverAuth, clientAuth, ... or OIDs' },
  'key-usage': { value: 'NAME,...', choices: keyUsageNames, help: 'key usage: digitalSignature, keyEncipherment, ...' },
  ext: { value: 'OID[,critical]=HEX', repeatable: true, help: 'an extension more, by the hex of its value' },
  ca: { help: 'for a CA: it can sign certificates' },
  'path-length': { value: 'N', help: 'how many CAs may follow below (with --ca)' },
} as const satisfies OptionTable;

/** The values of {@link specOptions}. */
export type SpecValues = OptionValues<typeof specOptions>;

/** True when options say who the request is for, and no SPEC does. */
export const isGivenByOptions = (values: SpecValues): boolean =>
  givesSubject(values) || values.san.length > 0 || values['san-file'].length > 0 || values.from !== undefined;

interface SpecReading {
  readonly stdin: StandardInput;
  readonly report: Report;
  readonly maxSize: number | undefined;
  /** For what is to be renewed, in PKCS#12. */
  readonly secrets: Secrets;
}

/** The request that is asked for, from options and --from, or from a SPEC. */
export async function readSpec(
  values: SpecValues,
  operands: readonly string[],
  reading: SpecReading,
): Promise<RequestSpec> {
  const { stdin, maxSize } = reading;
  if (!isGivenByOptions(values)) return applyOptions(values, await readSpecFile(operands, reading));
  if (operands.length > 0) {
    throw new UsageError(`unexpected operand ${operands[0]}: options say what is asked for`, 'a SPEC stands alone');
  }
  // Claimed before anything is read: two who want standard input are told at once.
  const from = values.from === undefined ? undefined : sourceOf(values.from, stdin, '--from -');
  const lists = values['san-file'].map((file) => sourceOf(file, stdin, '--san-file -'));
  const given = values.san.map(parseAltName);
  const base = from === undefined ? noSpec : await fromExisting(from, reading, given.length + lists.length === 0);
  for (const list of lists) for (const name of await readSanFile(list, maxSize)) given.push(name);
  const altNames: readonly AltName[] = given.length === 0 ? base.altNames : given;
  return applyOptions(values, { ...base, subject: subjectOf(values, base.subject), altNames });
}

const noSpec: RequestSpec = { subject: [], altNames: [] };

async function readSpecFile(
  operands: readonly string[],
  { stdin, report, maxSize }: SpecReading,
): Promise<RequestSpec> {
  const [operand = '-', second] = operands;
  if (second !== undefined) throw new UsageError(`unexpected operand ${second}`, 'one SPEC, or --batch');
  const source = sourceOf(operand, stdin, operands.length === 0 ? 'the SPEC' : 'operand -');
  const text = await readText(source, maxSize).catch((error: unknown) => {
    throw missingSpec(operand, error);
  });
  const { parseSpec } = await import('../../spec/spec.js');
  try {
    const { spec, ignored } = parseSpec(text);
    if (ignored.length > 0) report.notice(source.name, `for certificates only, passed over: ${ignored.join(', ')}`);
    return spec;
  } catch (error) {
    throw withSource(error, source.name);
  }
}

/** The error of a SPEC that could not be read: a host name in its place was meant for --cn. */
function missingSpec(operand: string, error: unknown): unknown {
  if (!isSystemError(error, 'ENOENT') && !(isPkiError(error) && isSystemError(error.cause, 'ENOENT'))) return error;
  if (altNameOfCommonName(operand) === undefined) return error;
  return new UsageError(`${operand}: no such file or directory`, `for a request with this name: --cn ${operand}`);
}

async function fromExisting(
  source: Source,
  { maxSize, secrets }: SpecReading,
  takesNames: boolean,
): Promise<RequestSpec> {
  const { readRenewal } = await import('./renewal.js');
  return readRenewal(source, { maxSize, passphrases: secrets.input }, takesNames).catch((error: unknown) => {
    throw withSource(error, source.name);
  });
}

/**
 * A description from elsewhere with the options over it.
 *
 * @throws {UsageError} names that are not known, or --path-length without a CA
 */
export function applyOptions(values: SpecValues, spec: RequestSpec): RequestSpec {
  const pathLength = parsePathLength(values['path-length']);
  const isCa = values.ca || spec.ca !== undefined;
  if (pathLength !== undefined && !isCa) throw new UsageError('--path-length needs --ca');
  const features = spec.tlsFeatures ?? [];
  return {
    ...spec,
    keyUsage: values['key-usage'] === undefined ? spec.keyUsage : parseKeyUsages(values['key-usage']),
    purposes: values.eku === undefined ? spec.purposes : parsePurposes(values.eku),
    extensions: withExtensions(spec.extensions, values.ext),
    tlsFeatures: values['must-staple'] ? [...new Set([...features, STATUS_REQUEST])] : features,
    ca: isCa ? { pathLength: pathLength ?? spec.ca?.pathLength } : undefined,
  };
}

/** The extensions of a description, those of options in place of any with the same OID. */
function withExtensions(
  given: readonly RawExtension[] | undefined,
  texts: readonly string[],
): readonly RawExtension[] | undefined {
  if (texts.length === 0) return given;
  const own = texts.map(parseRawExtension);
  const twice = own.find(({ oid }, i) => own.findIndex((each) => each.oid === oid) !== i);
  if (twice !== undefined) throw new UsageError(`--ext: ${twice.oid} is given twice`);
  return [...(given ?? []).filter(({ oid }) => !own.some((each) => each.oid === oid)), ...own];
}
