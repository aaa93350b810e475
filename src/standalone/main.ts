import { basename } from 'node:path';
import process from 'node:process';
import type { Command } from '../cli/command.js';
import { main } from '../cli/main.js';

/** The commands by name. Each is loaded when it is called; all are in the one file. */
export type Commands = ReadonlyMap<string, () => Promise<{ readonly command: Command }>>;

/**
 * The standalone executable, all commands in one file: it acts as the command it is called as, through a link or under
 * another name, or as the one its first argument names.
 */
export async function start(commands: Commands): Promise<void> {
  const args = process.argv.slice(2);
  const asCalled = commands.get(basename(process.argv0));
  const asNamed = commands.get(args[0] ?? '');

  if (asCalled !== undefined) await main((await asCalled()).command, args);
  else if (asNamed !== undefined) await main((await asNamed()).command, args.slice(1));
  else await main((await import('./pkiutils.js')).pkiutils([...commands.keys()]), args);
}
