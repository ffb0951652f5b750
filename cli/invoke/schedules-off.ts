import type { Synthesized, Template } from '../../infra/synthesize.ts';

type Templates = ReadonlyMap<string, Synthesized>;

/** The same ones for the same templates, so that whoever resolves them does it once. */
const without = new WeakMap<Templates, Templates>();

/** The templates with every schedule of EventBridge Scheduler disabled: what then happens was set off by an event. */
export function schedulesOff(templates: Templates): Templates {
  const present = without.get(templates);
  if (present !== undefined) return present;
  const made = new Map(
    [...templates].map(([stack, { region, template }]) => [stack, { region, template: off(template) }]),
  );
  without.set(templates, made);
  return made;
}

function off(template: Template): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) =>
    resource.Type === 'AWS::Scheduler::Schedule'
      ? [id, { ...resource, Properties: { ...resource.Properties, State: 'DISABLED' } }]
      : [id, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}
