/** The reason a certificate, a link or a path is refused. */
export interface Problem {
  /** Stable, for programs: `expired`, `name_constraint`. */
  readonly code: string;
  /** Lower case, no full stop; it stands behind the certificate's name. */
  readonly message: string;
  /** The rule that is broken: `RFC 5280 6.1.3 (a)(2)`. */
  readonly clause: string;
  /** The way out, where we know one. */
  readonly hint?: string | undefined;
  /** True where nothing here can tell: neither valid nor not. */
  readonly isUncertain?: true;
}
