/** HTTP as the ACME client needs it; who makes the connections is the caller's affair. */
interface AcmeRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AcmeResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Sends one request. A status is never an error.
 *
 * @throws {PkiError} there is no response
 */
export type Transport = (url: string, request: AcmeRequest) => Promise<AcmeResponse>;

/** A header's value, the first of several; undefined where it is absent. */
export function headerValue({ headers }: Pick<AcmeResponse, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/**
 * The targets of Link headers with a relation (RFC 8288), resolved against where they came from.
 *
 * @param relation for example `alternate`
 */
export function links(response: Pick<AcmeResponse, 'headers'>, relation: string, base: string): string[] {
  const value = response.headers['link'];
  const text = typeof value === 'string' ? value : (value ?? []).join(', ');
  return [...text.matchAll(/<([^<>]*)>([^<]*)/g)].flatMap(([, target = '', parameters = '']) => {
    const [, relations = ''] = /;\s*rel\s*=\s*"?([^";,]*)/i.exec(parameters) ?? [];
    const isWanted = relations.trim().toLowerCase().split(/\s+/).includes(relation);
    return isWanted && URL.canParse(target, base) ? [new URL(target, base).href] : [];
  });
}

/**
 * The milliseconds a Retry-After header asks to wait (RFC 9110 10.2.3): seconds, or a date. Undefined where there is none
 * that can be read.
 *
 * @param now milliseconds since 1970
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(time - now, 0);
}
