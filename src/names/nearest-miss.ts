import type { Reference } from './reference.js';

/** Why no name covers a host. */
type MissReason =
  /** A name ends as the host does, but `*` stands for exactly one label and nothing else for none. */
  | 'label count'
  /** A name differs from the host in the first label only. */
  | 'first label'
  /** No name ends as the host does. */
  | 'suffix'
  /** An IP address, and no iPAddress is it. */
  | 'address'
  | 'not a host name';

export interface Miss {
  readonly reason: MissReason;
  /** The name that came nearest; undefined when none came near. */
  readonly nearest: string | undefined;
}

/** The names that end in one run of labels: the first of each sort. */
interface Ending {
  /** The name that is nothing more than this, or this with `*` before it. */
  whole: string | undefined;
  /** An exact name with one label before this. */
  child: string | undefined;
  /** Any of them. */
  readonly any: string;
}

/** Finds, for hosts that no name covers, the name that came nearest and what was wrong with it. */
export class NearestMiss {
  readonly #endings = new Map<string, Ending>();

  /** @param names presented names, well-formed, lower case */
  constructor(names: Iterable<string>) {
    for (const name of names) this.#add(name);
  }

  /** The reason no name covers a host, given that none does. */
  of(reference: Reference): Miss {
    if (reference.kind === 'none') return { reason: 'not a host name', nearest: undefined };
    if (reference.kind === 'address') return { reason: 'address', nearest: undefined };
    const host = reference.name;
    for (const ending of endingsOf(host)) {
      const found = this.#endings.get(ending);
      if (found === undefined) continue;
      if (found.whole !== undefined) return { reason: 'label count', nearest: found.whole };
      if (ending === host) return { reason: 'label count', nearest: found.any };
      const isParent = ending === host.slice(host.indexOf('.') + 1);
      if (isParent && found.child !== undefined) return { reason: 'first label', nearest: found.child };
      return { reason: 'suffix', nearest: ending.includes('.') ? found.any : undefined };
    }
    return { reason: 'suffix', nearest: undefined };
  }

  #add(name: string): void {
    const isExact = !name.includes('*');
    const base = isExact ? name : name.slice(name.indexOf('.') + 1);
    for (const ending of endingsOf(base)) {
      const known = this.#endings.get(ending) ?? { whole: undefined, child: undefined, any: name };
      if (ending === base) known.whole ??= name;
      if (isExact && base.length > ending.length && !base.slice(0, base.length - ending.length - 1).includes('.')) {
        known.child ??= name;
      }
      this.#endings.set(ending, known);
    }
  }
}

/** `a.b.c`, `b.c`, `c`. */
function* endingsOf(name: string): Generator<string, void> {
  for (let start = 0; ; ) {
    yield name.slice(start);
    const dot = name.indexOf('.', start);
    if (dot === -1) return;
    start = dot + 1;
  }
}
