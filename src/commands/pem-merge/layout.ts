import { oneOf } from '../../cli/choice.js';
import type { PrivateKey } from '../../crypto/private-key.js';
import { UsageError } from '../../errors.js';
import { type KeyFormat, keyFormats } from '../../pkcs/write-key.js';
import { nearestHint } from '../../text/nearest.js';
import type { PemMerge } from './call.js';
import { plainLayout, type ServerLayout, type ServerParameterKind, servers } from './servers.js';

/** A part of what is written of a bundle. */
export type Section = 'key' | 'leaf' | 'chain';

/** The layout of the output: the server's, with the changes the call asks for. */
export interface Layout {
  readonly order: readonly Section[];
  readonly chainBehindLeaf: boolean;
  readonly parameters: readonly ServerParameterKind[];
  readonly keepsRoot: boolean;
  /** True when what reads the output does it with OpenSSL, as far as that is known. */
  readonly isForOpenssl: boolean;
  keyFormat(key: PrivateKey): KeyFormat | 'keep';
}

/** @throws {UsageError} */
export function layoutOf(values: PemMerge['values']): Layout {
  const server = values.for === undefined ? plainLayout : serverLayout(values.for);
  const order = values.order === undefined ? parts : parseOrder(values.order);
  const format = oneOf('--key-format', values['key-format'], ['keep', ...keyFormats]);
  return {
    order: values['no-key'] ? order.filter((part) => part !== 'key') : order,
    chainBehindLeaf: server.chainBehindLeaf,
    // PKCS#12 has no place for them.
    parameters: values.p12 ? [] : server.parameters,
    keepsRoot: parseRoot(values.root),
    isForOpenssl: server.usesOpenssl && !values.p12,
    keyFormat: (key) => format ?? (server.keyFormat === 'old' ? oldFormat(key) : server.keyFormat),
  };
}

function serverLayout(name: string): ServerLayout {
  const layout = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (layout !== undefined) return layout;
  const known = Object.keys(servers);
  const hint = nearestHint(name, known) ?? `one of ${known.join(', ')}`;
  throw new UsageError(`--for: ${name} is no server known here`, hint);
}

const parts = ['key', 'leaf', 'chain'] as const satisfies readonly Section[];

function parseOrder(text: string): Section[] {
  const order = text.split(',').map((word) => oneOf('--order', word, parts));
  if (new Set(order).size < order.length) throw new UsageError(`--order: ${text} names a part twice`);
  return order;
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
