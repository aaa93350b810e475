import type { Call } from '../../cli/command.js';
import type { PatternOptions } from './gather.js';

/** The option values of wildcard-match, by long name. */
export interface MatchOptions extends PatternOptions {
  readonly host: readonly string[];
  readonly 'invert-match': boolean;
  readonly count: boolean;
  readonly 'max-count': string | undefined;
  readonly all: boolean;
  readonly quiet: boolean;
  readonly explain: boolean;
  readonly json: boolean;
  readonly best: boolean;
  readonly unused: boolean;
  readonly suggest: boolean;
  readonly max: string | undefined;
  readonly 'files-with-matches': boolean;
  readonly url: boolean;
}

/** One call of wildcard-match. */
export interface MatchCall extends Pick<Call, 'operands' | 'report' | 'output' | 'stdin' | 'now'> {
  readonly values: MatchOptions;
}
