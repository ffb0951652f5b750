import type { Synthesized, Template } from '../../infra/synthesize.ts';

/** The templates with every schedule of EventBridge Scheduler disabled: what then happens was set off by an event. */
export function schedulesOff(templates: ReadonlyMap<string, Synthesized>): ReadonlyMap<string, Synthesized> {
  return new Map(
    [...templates].map(([stack, { region, template }]) => [stack, { region, template: off(template) }]),
  );
}

function off(template: Template): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) =>
    resource.Type === 'AWS::Scheduler::Schedule'
      ? [id, { ...resource, Properties: { ...resource.Properties, State: 'DISABLED' } }]
      : [id, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) };
}
