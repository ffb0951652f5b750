import { type Synthesized, synthesize } from '../../../infra/synthesize.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import { type Finding, ok, problem } from '../finding.ts';

/** Whether the policy makes templates. They come back when it does. */
export function examineTemplates(policy: Policy): {
  readonly templates?: ReadonlyMap<string, Synthesized>;
  readonly findings: readonly Finding[];
} {
  try {
    const templates = synthesize(policy);
    const resources = [...templates.values()].reduce(
      (sum, { template }) => sum + Object.keys(template.Resources).length,
      0,
    );
    const regions = new Set([...templates.values()].map(({ region }) => region));
    const size = `${templates.size} stacks in ${[...regions].join(', ')}, ${resources} resources`;
    return { templates, findings: [ok(`the templates are made: ${size}`)] };
  } catch (error) {
    const message = Error.isError(error) ? error.message : String(error);
    return {
      findings: [
        problem(
          `the templates cannot be made: ${message}`,
          'Nothing can be deployed.',
          'Mend what the message names; npm run synth shows where it comes from.',
        ),
      ],
    };
  }
}
