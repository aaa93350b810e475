import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type Command, optionTable } from '../src/cli/command.js';
import { helpText } from '../src/cli/help.js';
import type { OptionSpec } from '../src/cli/options.js';
import { findProgram, run } from './support/session.js';

const manDirectory = fileURLToPath(new URL('../man/', import.meta.url));

/** Every command of package.json with its option table. */
async function commands(): Promise<Command[]> {
  const { bin } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { bin: object };
  return Promise.all(
    Object.keys(bin).map(async (name) => {
      const module = (await import(`../src/commands/${name}.ts`)) as { command: Command };
      return module.command;
    }),
  );
}

t.test('a man page and --help say the same of every option', async (t) => {
  for (const command of await commands()) {
    const page = readFileSync(`${manDirectory}${command.name}.1`, 'utf8');
    const items = new Map<string, string>();
    for (const [line, name] of page.matchAll(/^\.It (?:Fl \S+ , )?Fl -([\w-]+).*$/gm)) items.set(name as string, line);
    for (const [name, spec] of Object.entries<OptionSpec>(optionTable(command))) {
      const item = items.get(name);
      items.delete(name);
      const value = spec.value ?? spec.optionalValue;
      const expected = [
        spec.short === undefined ? '' : `Fl ${spec.short} `,
        `Fl -${name}`,
        value === undefined ? '' : 'Ar ',
      ];
      const found = item !== undefined && expected.every((part) => `${item} `.includes(part));
      t.ok(found, `${command.name}.1 has ${expected.join('')}${value ?? ''}`, { item });
    }
    t.same([...items.keys()], [], `${command.name}.1 has no option the command lacks`);
    t.match(page, `.Nd ${command.summary}\n`, `${command.name}.1 sums up as --help does`);
    const help = helpText(command);
    t.match(help, /^Usage: [\x00-\x7f]*$/, `${command.name} --help says first how it is called, in any locale`);
    for (const line of help.split('\n')) t.ok(line.length <= 80, `${command.name} --help fits: ${line}`);
  }
});

t.test('every page says when it exits how', async (t) => {
  for (const command of await commands()) {
    const page = readFileSync(`${manDirectory}${command.name}.1`, 'utf8');
    for (const section of ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'EXIT STATUS', 'EXAMPLES', 'SEE ALSO']) {
      t.match(page, new RegExp(`^\\.Sh ${section}$`, 'm'), `${command.name}.1: ${section}`);
    }
  }
});

const mandoc = findProgram('mandoc');
t.test('mandoc finds nothing to say', { skip: mandoc ? false : 'mandoc is not installed' }, async (t) => {
  const pages = readdirSync(manDirectory);
  t.ok(pages.length > 0);
  t.equal(run('mandoc', ['-T', 'lint', '-W', 'warning', ...pages], { cwd: manDirectory }).stdout, '');
});
