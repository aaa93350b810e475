import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type RunningServer, startServer } from './servers.js';
import { findProgram, run } from './session.js';

/** A DNS server that takes updates of the zone valami.hu, with the key in tsig.key. */
export interface Bind extends RunningServer {
  readonly port: number;
  /** The texts of the TXT records with a name, as dig prints them, a line each. */
  texts(...names: readonly string[]): string;
}

const missing = ['named', 'tsig-keygen', 'dig'].filter((name) => findProgram(name) === undefined);

/** For `t.test`: why tests with BIND are skipped, or false. */
export const noBind = missing.length === 0 ? false : `${missing.join(', ')} not installed`;

/**
 * Starts it in a folder.
 *
 * @param records of the zone, beside addresses for every name
 */
export async function startBind(folder: string, records = ''): Promise<Bind> {
  const port = await freePort();
  writeFileSync(join(folder, 'tsig.key'), run('tsig-keygen', ['-a', 'hmac-sha256', 'acme']).stdout);
  const zone = `$TTL 60\n@ SOA ns.valami.hu. root.valami.hu. 1 3600 900 604800 60\n@ NS ns\nns A 127.0.0.1\n@ A 127.0.0.1\n* A 127.0.0.1\n${records}`;
  writeFileSync(join(folder, 'valami.zone'), zone);
  writeFileSync(
    join(folder, 'named.conf'),
    `
    include "${folder}/tsig.key";
    options {
      directory "${folder}"; pid-file none; session-keyfile none;
      listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; dnssec-validation no;
    };
    controls {};
    zone "valami.hu" { type primary; file "valami.zone"; allow-update { key acme; }; };
    `,
  );
  const named = await startServer(['named', '-g', '-c', join(folder, 'named.conf')], port, {
    cwd: folder,
    logName: 'named.log',
  });
  const texts = (...names: readonly string[]) =>
    run('dig', ['+short', '-p', String(port), '@127.0.0.1', ...names.flatMap((name) => [name, 'TXT'])]).stdout;
  return { ...named, port, texts };
}
