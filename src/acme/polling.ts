import type { Patience } from './patience.js';
import { type AcmeResponse, headerValue, retryAfter } from './transport.js';

/** The first pause between two questions about the same, where the server does not say how long, in milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;

/** A server that wants no pause gets one all the same. */
const SHORTEST_PAUSE = 50;

/**
 * Waits before the same is asked again: as long as the server wants, or longer from round to round, but never past the end
 * of the time there is, so that what waited the longest is what the error names.
 */
export async function pause(response: AcmeResponse, round: number, patience: Patience): Promise<void> {
  const asked = retryAfter(headerValue(response, 'retry-after'), Date.now());
  const own = Math.min(FIRST_PAUSE * 2 ** Math.min(round, 10), LONGEST_PAUSE);
  await patience.sleep(Math.max(asked ?? own, SHORTEST_PAUSE));
}
