import { main } from '../cli/main.js';

/** The commands in the standalone executable. Each is loaded when it is called; all are in the one file. */
export const commands: ReadonlyMap<string, (args: readonly string[]) => Promise<void>> = new Map([
  ['csr-gen', async (args) => main((await import('../commands/csr-gen.js')).command, args)],
  ['csr-check', async (args) => main((await import('../commands/csr-check.js')).command, args)],
  ['csr-sign', async (args) => main((await import('../commands/csr-sign.js')).command, args)],
  ['csr-submit', async (args) => main((await import('../commands/csr-submit.js')).command, args)],
  ['acme-account', async (args) => main((await import('../commands/acme-account.js')).command, args)],
  ['cert-revoke', async (args) => main((await import('../commands/cert-revoke.js')).command, args)],
  ['cert-due', async (args) => main((await import('../commands/cert-due.js')).command, args)],
  ['pem-merge', async (args) => main((await import('../commands/pem-merge.js')).command, args)],
  ['cert-info', async (args) => main((await import('../commands/cert-info.js')).command, args)],
  ['cert-verify', async (args) => main((await import('../commands/cert-verify.js')).command, args)],
  ['cert-fetch', async (args) => main((await import('../commands/cert-fetch.js')).command, args)],
  ['wildcard-match', async (args) => main((await import('../commands/wildcard-match.js')).command, args)],
]);
