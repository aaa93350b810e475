import { type ChallengeType, challengeTypes } from '../../acme/challenge.js';
import { parseListenAddress } from '../../acme/listen-address.js';
import type { Responder } from '../../acme/responder.js';
import { oneOf } from '../../cli/choice.js';
import { onlyOne } from '../../cli/command.js';
import { UsageError } from '../../errors.js';
import { readSmallFile } from '../../input/source.js';
import { aboutFile } from '../../system/error.js';

interface ResponderValues {
  readonly webroot: string | undefined;
  readonly listen: string | undefined;
  readonly hook: string | undefined;
  readonly nsupdate: string | undefined;
  readonly tsig: string | undefined;
  readonly challenge: string | undefined;
}

/** Who answers challenges in this call, and which. */
export interface ResponderChoice {
  readonly type: ChallengeType;
  /** @param thumbprint of the account's key */
  open(thumbprint: string): Promise<Responder>;
}

/** One way to answer: the types it can, the usual one first, and how it is set up. */
interface Way {
  readonly types: readonly ChallengeType[];
  open(type: ChallengeType, thumbprint: string): Promise<Responder>;
}

/**
 * The responder the options choose, judged before any work is done.
 *
 * @throws {UsageError} none or two, or a challenge it has no answer to
 */
export function chosenResponder(values: ResponderValues): ResponderChoice {
  onlyOne({ ...values }, ['webroot', 'listen', 'hook', 'nsupdate']);
  if ((values.nsupdate === undefined) !== (values.tsig === undefined)) {
    throw new UsageError('--nsupdate and --tsig go together: the DNS server, and the key it takes updates with');
  }
  const asked = oneOf('--challenge', values.challenge, challengeTypes);
  const { types, open } = wayOf(values, asked);
  const [usual] = types;
  const type = asked ?? usual;
  if (type === undefined || !types.includes(type)) {
    throw new UsageError(`--challenge ${type}: this way answers ${types.join(' and ')}`, ways);
  }
  return { type, open: (thumbprint) => open(type, thumbprint) };
}

const ways = 'http-01: --webroot or --listen; tls-alpn-01: --listen; dns-01: --hook or --nsupdate';

function wayOf({ webroot, listen, hook, nsupdate, tsig }: ResponderValues, asked: ChallengeType | undefined): Way {
  if (webroot !== undefined) {
    return {
      types: ['http-01'],
      open: async (_, thumbprint) => {
        const { Webroot } = await import('../../acme/webroot.js');
        return new Webroot(webroot, thumbprint);
      },
    };
  }
  if (listen !== undefined) {
    const address = parseListenAddress(listen);
    return {
      types: ['http-01', 'tls-alpn-01'],
      open: async (type) => {
        if (type === 'http-01') return new (await import('../../acme/http-listener.js')).HttpListener(address);
        return new (await import('../../acme/tls-listener.js')).TlsListener(address);
      },
    };
  }
  if (hook !== undefined) {
    return {
      types: ['dns-01', 'http-01', 'tls-alpn-01', 'dns-account-01', 'dns-persist-01'],
      open: async () => new (await import('../../acme/hook.js')).Hook(hook),
    };
  }
  if (nsupdate !== undefined && tsig !== undefined) {
    const place = dnsServer(nsupdate);
    return {
      types: ['dns-01', 'dns-account-01', 'dns-persist-01'],
      open: async () => {
        const [{ DnsUpdate }, { parseTsigKey }] = await Promise.all([
          import('../../acme/dns-update.js'),
          import('../../net/dns/tsig.js'),
        ]);
        return new DnsUpdate({ ...place, key: parseTsigKey(textOf(tsig), tsig) });
      },
    };
  }
  if (asked === 'dns-persist-01') {
    return {
      types: ['dns-persist-01'],
      open: async () => standingRecord,
    };
  }
  throw new UsageError('who answers the challenges?', ways);
}

/** `ns1.valami.hu`, `192.0.2.53:5353`, `[2001:db8::53]`. */
function dnsServer(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port = '53'] =
    /^(?:\[([^\]]+)\]|([^:[\]]+|[^[\]]*:[^[\]]*:[^[\]]*?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host === '' || Number(port) > 65_535) {
    throw new UsageError(`--nsupdate: ${text} is no server`, 'for example --nsupdate ns1.valami.hu or 192.0.2.53:53');
  }
  return { host, port: Number(port) };
}

function textOf(path: string): string {
  try {
    return readSmallFile(path).toString('utf8');
  } catch (error) {
    throw aboutFile(error, path);
  }
}

/** dns-persist-01 with a record that was put up once and for all: there is nothing to do. */
const standingRecord: Responder = {
  types: ['dns-persist-01'],
  async prepare() {},
  async present() {},
  async withdraw() {},
  async close() {},
};
