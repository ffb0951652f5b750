import type { ResolvedResource } from '../../../rehearsal/wiring/template.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import type { Clients } from '../../aws/clients.ts';
import { type Finding, warning } from '../finding.ts';

/** One Region, and what belongs there. */
export interface Place {
  readonly region: string;
  /** Twelve digits. Undefined where the caller may not ask for it. */
  readonly account: string | undefined;
  readonly clients: Clients;
  readonly policy: Policy;
  /** The resources of all templates, of every Region. */
  readonly resources: readonly ResolvedResource[];
  readonly now: Date;
}

/** Looks at one subject in one Region, and changes nothing. */
export interface Check {
  readonly subject: string;
  /** What it takes of the caller's permissions. */
  readonly permissions: (policy: Policy) => readonly Permission[];
  readonly run: (place: Place) => Promise<readonly Finding[]>;
}

export interface Permission {
  readonly actions: readonly string[];
  /** ARN patterns, of any Region and account. */
  readonly resources: readonly string[];
}

/** A thing could not be looked at because the caller's policies do not allow what that takes. */
export function notAllowed(about: string, needs: string): Finding {
  return warning(
    `${about} could not be checked: needs ${needs}`,
    'The credentials that you use do not allow it, so this may be well or not.',
    'Use others, or have the policy attached that ops doctor --iam prints.',
  );
}

/** The resources of one type that the templates of this Region have. */
export function ofType({ resources, region }: Place, type: string): readonly ResolvedResource[] {
  return resources.filter((resource) => resource.type === type && resource.region === region);
}
