import t from 'tap';
import { isPkiError } from '../../src/errors.js';
import { answer, type LimboCase, limboCases, limboPath } from '../support/limbo.js';

/**
 * The suite the field judges itself by, C2SP/x509-limbo. PKIUTILS_LIMBO names its limbo.json (or limbo.json.xz), which is
 * no part of this project; `none` says that it is not to be had.
 */
const skip = limboPath === undefined ? 'PKIUTILS_LIMBO does not name limbo.json' : false;

/** The cases where we do not do as the suite expects, and what makes us right. */
const disagreements: ReadonlyMap<string, string> = new Map([
  [
    'pathlen::validation-ignores-pathlen-in-leaf',
    'BR 7.1.2.7.8: a CA is no certificate of a server, as webpki::ca-as-leaf has it; rfc5280::ca-as-leaf is the same case there',
  ],
  [
    'webpki::san::public-suffix-private-namespace-wildcard-san',
    'BR 3.2.2.6 lets who owns a suffix have a wildcard for it, and online::s3.amazonaws.com is *.s3.amazonaws.com',
  ],
]);

const SECOND = 1000;

interface Answer {
  readonly result: LimboCase['expected_result'];
  readonly milliseconds: number;
}

function judged(limbo: LimboCase): Answer {
  const start = process.cpuUsage();
  const result = resultOf(limbo);
  const { user, system } = process.cpuUsage(start);
  return { result, milliseconds: (user + system) / 1000 };
}

function resultOf(limbo: LimboCase): Answer['result'] {
  try {
    return answer(limbo).verdict === 'valid' ? 'SUCCESS' : 'FAILURE';
  } catch (error) {
    // A chain that cannot be read is not trusted.
    if (isPkiError(error)) return 'FAILURE';
    throw error;
  }
}

t.test('every case but the named ones has the expected result', { skip }, async (t) => {
  if (limboPath === undefined || limboPath === 'none') {
    t.comment('NOT RUN: the suite is not to be had here');
    return;
  }
  const answers = new Map(limboCases(limboPath).map((limbo) => [limbo, judged(limbo)]));
  const wrong = [...answers].filter(([{ expected_result: expected }, { result }]) => result !== expected);
  t.same(wrong.map(([{ id }]) => id).sort(), [...disagreements.keys()].sort());
  t.ok(answers.size >= 9780, 'the whole suite');
  const slow = [...answers].filter(([, { milliseconds }]) => milliseconds > SECOND);
  t.same(
    slow.map(([{ id }, { milliseconds }]) => `${id}: ${Math.round(milliseconds)} ms`),
    [],
    'no case takes a second of processor time',
  );
});
