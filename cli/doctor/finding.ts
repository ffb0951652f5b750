/** One thing that was looked at. */
export type Finding =
  | { readonly level: 'ok'; readonly what: string }
  | {
      /** `problem`: it does not or would not work. `warning`: a person should know, or decide. */
      readonly level: 'warning' | 'problem';
      readonly what: string;
      /** Why it matters. */
      readonly why: string;
      /** What to do about it. */
      readonly remedy: string;
    };

/** The findings on one subject. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** An explanation to read beside the findings; the first row is the heading. */
  readonly table?: readonly (readonly string[])[];
}

export function ok(what: string): Finding {
  return { level: 'ok', what };
}

export function warning(what: string, why: string, remedy: string): Finding {
  return { level: 'warning', what, why, remedy };
}

export function problem(what: string, why: string, remedy: string): Finding {
  return { level: 'problem', what, why, remedy };
}
