import { checkPolicy, PolicyError } from '../../../shared/policy/check.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Finding, ok, problem } from '../finding.ts';

/** Every problem of the policy. The policy itself comes back only when there is none. */
export function examinePolicy(given: unknown): {
  readonly policy?: Policy;
  readonly findings: readonly Finding[];
} {
  try {
    const policy = checkPolicy(given);
    const { environments, services, alerts } = policy;
    const size = [
      `${Object.keys(environments).length} environments`,
      `${Object.keys(services).length} services`,
      `${Object.keys(alerts.sinks).length} sinks`,
    ];
    return { policy, findings: [ok(`ops.config.ts makes sense: ${size.join(', ')}`)] };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return {
      findings: error.problems.map(({ path, value, fact, remedy }) =>
        problem(`${path} is ${JSON.stringify(value) ?? 'missing'}`, fact, remedy),
      ),
    };
  }
}
