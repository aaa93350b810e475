import { isPkiError } from '../../errors.js';
import { systemErrorText } from '../../system/error.js';
import type { Problem } from '../../trust/problem.js';
import type { StatusAnswer } from '../../trust/revocation/question.js';

/** A reason why a source told nothing. */
export interface SourceProblem extends Omit<Problem, 'clause'> {
  /** The file or URL; undefined for the certificate itself. */
  readonly source: string | undefined;
  /** The rule; undefined where there is none, as for networks. */
  readonly clause: string | undefined;
}

/** The status of a certificate, and what it rests on. */
export interface StatusVerdict {
  /** Undefined for unknown. */
  readonly answer: StatusAnswer | undefined;
  readonly method: 'crl' | 'ocsp' | undefined;
  /** The files and URLs the answer is from. */
  readonly by: readonly string[];
  /** The reasons why others told nothing. */
  readonly problems: readonly SourceProblem[];
  /** The verified response the answer rests on. */
  readonly response: Uint8Array | undefined;
}

/** The verdict where nothing told. */
export const unknown = (problems: readonly SourceProblem[]): StatusVerdict => ({
  answer: undefined,
  method: undefined,
  by: [],
  problems,
  response: undefined,
});

/** The error of a source as a reason. @throws an error that is none of ours */
export function sourceProblem(source: string, error: unknown): SourceProblem {
  if (isPkiError(error)) {
    const { code, message, hint } = error;
    return { source, code: code.toLowerCase(), message, clause: undefined, hint };
  }
  const message = systemErrorText(error);
  if (message === undefined) throw error;
  return { source, code: 'system', message, clause: undefined };
}

/** The worst of several verdicts: a certificate that one of them calls revoked is; one good answer is enough otherwise. */
export function worstOf(verdicts: readonly StatusVerdict[]): StatusVerdict {
  const problems = verdicts.flatMap((each) => each.problems);
  const [worst] = [...verdicts].sort((a, b) => rank(b) - rank(a));
  return worst === undefined ? unknown(problems) : { ...worst, problems };
}

const rank = ({ answer }: StatusVerdict): number =>
  answer === undefined ? 0 : { good: 1, suspended: 2, revoked: 3 }[answer.state];
