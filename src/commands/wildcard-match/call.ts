import type { Call } from '../../cli/command.js';

/** The option values of wildcard-match, by long name. */
export interface MatchOptions {
  readonly pattern: readonly string[];
  readonly file: readonly string[];
  readonly cert: readonly string[];
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
  readonly cn: boolean;
  readonly rfc6125: boolean;
  readonly 'max-size': string | undefined;
}

/** One call of wildcard-match. */
export interface MatchCall extends Pick<Call, 'operands' | 'report' | 'output' | 'stdin' | 'now'> {
  readonly values: MatchOptions;
}
