import type { Stage } from '../rehearsal/scenario.ts';

/** Makes, on the simulated AWS, the topics of the policy that the stacks take as given. Nobody subscribes to them. */
export function createGivenTopics({ account, policy }: Stage): void {
  const topics = Object.values(policy.alerts.sinks).flatMap((sink) =>
    sink.type === 'sns' && 'existing' in sink.topic ? [sink.topic.existing] : [],
  );
  for (const region of policy.regions.alerts) {
    for (const name of topics) account.sns.createTopic({ region, name, properties: {} });
  }
}
