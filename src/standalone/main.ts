import { basename } from 'node:path';
import process from 'node:process';
import { main } from '../cli/main.js';
import { commands } from './commands.js';

/**
 * The standalone executable, all commands in one file: it acts as the command it is called as, through a link or under
 * another name, or as the one its first argument names.
 */
const args = process.argv.slice(2);
const asCalled = commands.get(basename(process.argv0));
const asNamed = commands.get(args[0] ?? '');

if (asCalled !== undefined) await asCalled(args);
else if (asNamed !== undefined) await asNamed(args.slice(1));
else await main((await import('./pkiutils.js')).pkiutils, args);
