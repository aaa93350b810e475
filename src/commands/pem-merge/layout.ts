import { nearest } from '../../cli/nearest.js';
import { UsageError } from '../../cli/options.js';
import { parseDnsPattern, parseHostName } from '../../names/host-name.js';
import { formatIpAddress, parseIpAddress } from '../../names/ip-address.js';
import type { PrivateKey } from '../../pki/private-key.js';
import { type KeyFormat, keyFormats } from '../../pki/write-key.js';
import { type Part, plainLayout, servers } from './servers.js';

/** What is written and how: the server's layout with what the call says otherwise. */
export interface Layout {
  readonly order: readonly Part[];
  readonly certificateFile: readonly Part[];
  readonly keyFormat: (key: PrivateKey) => KeyFormat | 'keep';
  readonly keepsRoot: boolean;
}

interface LayoutValues {
  readonly for: string | undefined;
  readonly order: string | undefined;
  readonly 'key-format': string | undefined;
  readonly 'no-key': boolean;
  readonly root: string | undefined;
}

/** @throws {UsageError} */
export function layoutOf(values: LayoutValues): Layout {
  const server = values.for === undefined ? plainLayout : serverLayout(values.for);
  const order = values.order === undefined ? server.order : parseOrder(values.order, server.order);
  const format = values['key-format'] === undefined ? undefined : parseFormat(values['key-format']);
  return {
    order: values['no-key'] ? order.filter((part) => part !== 'key') : order,
    certificateFile: server.certificateFile,
    keyFormat: (key) => format ?? (server.keyFormat === 'keep' ? 'keep' : oldFormat(key)),
    keepsRoot: parseRoot(values.root),
  };
}

function serverLayout(name: string): (typeof servers)[string] {
  const layout = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (layout !== undefined) return layout;
  const known = Object.keys(servers);
  const close = nearest(name, known);
  const hint = close === undefined ? `one of ${known.join(', ')}` : `did you mean ${close}?`;
  throw new UsageError(`--for: ${name} is no server known here`, hint);
}

/** The parts --order may name; what else the server reads from the file follows them. */
const orderable = ['key', 'leaf', 'chain'] as const;

function parseOrder(text: string, serverOrder: readonly Part[]): Part[] {
  const parts = text.split(',').map((word) => {
    const part = orderable.find((each) => each === word);
    if (part === undefined) throw new UsageError(`--order: ${word} is none of ${orderable.join(', ')}`);
    return part;
  });
  if (new Set(parts).size < parts.length) throw new UsageError(`--order: ${text} names a part twice`);
  return [...parts, ...serverOrder.filter((part) => part === 'dh')];
}

function parseFormat(text: string): KeyFormat | 'keep' {
  const format = (['keep', ...keyFormats] as const).find((each) => each === text);
  if (format === undefined) throw new UsageError(`--key-format: ${text} is none of keep, ${keyFormats.join(', ')}`);
  return format;
}

function parseRoot(text: string | undefined): boolean {
  if (text === undefined || text === 'drop') return false;
  if (text === 'keep') return true;
  throw new UsageError(`--root: ${text} is neither keep nor drop`);
}

/** The envelope the oldest software reads. */
function oldFormat({ key }: PrivateKey): KeyFormat {
  if (key.asymmetricKeyType === 'rsa') return 'pkcs1';
  return key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs8';
}

/**
 * The value of --covers as certificates hold it: an address, a host name in A-labels, or a wildcard.
 *
 * @throws {UsageError}
 */
export function parseCoveredName(text: string): string {
  const address = parseIpAddress(text);
  if (address !== undefined) return formatIpAddress(address) ?? text;
  const result = text.startsWith('*') ? parseDnsPattern(text) : parseHostName(text, { finalDot: true });
  if (result.name === undefined) throw new UsageError(`--covers: ${text} ${result.problem}`, result.hint);
  return result.name;
}
