import type { TraceEntry } from '../kernel.ts';
import type { Run } from '../rehearsal.ts';

/** Something that must hold in every rehearsal, whatever goes wrong in it. */
export interface Invariant {
  readonly name: string;
  /** The rule in words, for the reader of a failed rehearsal. */
  readonly rule: string;
  readonly check: (run: Run) => Checked;
}

export interface Checked {
  /** How many things were looked at; none means that the rehearsal said nothing about this rule. */
  readonly checked: number;
  /** One sentence each: what broke the rule, and what to look at. */
  readonly violations: readonly string[];
}

type EntryOf<Kind extends TraceEntry['kind']> = Extract<TraceEntry, { kind: Kind }>;

/** The entries of one kind, in order. */
export function entriesOf<Kind extends TraceEntry['kind']>(
  run: Run,
  kind: Kind,
): readonly { readonly at: Date; readonly entry: EntryOf<Kind> }[] {
  return run.trace.entries.flatMap(({ at, entry }) => (isKind(entry, kind) ? [{ at, entry }] : []));
}

function isKind<Kind extends TraceEntry['kind']>(entry: TraceEntry, kind: Kind): entry is EntryOf<Kind> {
  return entry.kind === kind;
}

/** An outcome that a function logged. */
export interface LoggedOutcome {
  readonly at: Date;
  readonly region: string;
  readonly function: string;
  readonly outcome: string;
  readonly reason: string;
  readonly subject: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export function outcomesOf(run: Run): readonly LoggedOutcome[] {
  return entriesOf(run, 'log').flatMap(({ at, entry }) => {
    if (entry.message !== 'outcome') return [];
    const { region, facts } = entry;
    const { outcome, reason, subject } = facts;
    return [
      {
        at,
        region,
        function: entry.function,
        outcome: String(outcome),
        reason: String(reason),
        subject: String(subject),
        facts,
      },
    ];
  });
}
