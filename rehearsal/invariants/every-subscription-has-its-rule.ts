import { nameOf } from '../account.ts';
import { sourceIdOf } from '../functions.ts';
import { isList, isRecord } from '../wiring/json.ts';
import type { ResolvedResource } from '../wiring/template.ts';
import type { Invariant } from './invariant.ts';

/** Without its rule a function is never called, and the silence looks like peace. */
export const everySubscriptionHasItsRule: Invariant = {
  name: 'every subscription has its rule',
  rule: 'In each Region that has a function, an enabled rule stands behind each of the function’s subscriptions and targets it, or a queue that feeds it.',
  check({ resources, sources }) {
    const rules = resources.filter(({ type }) => type === 'AWS::Events::Rule');
    const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
    const wanted = functions.flatMap((lambda) =>
      (sources.get(sourceIdOf(lambda))?.subscriptions ?? []).map((subscription) => ({
        lambda,
        subscription,
      })),
    );
    const violations = wanted.flatMap(({ lambda, subscription }) => {
      const name = `${nameOf(lambda)}-${subscription.name}`;
      const rule = rules.find(
        (candidate) => candidate.region === lambda.region && nameOf(candidate) === name,
      );
      const targets = rule?.properties.Targets;
      const feeds = new Set<unknown>([lambda.arn, ...queuesFeeding(lambda, resources)]);
      const isTargeted =
        isList(targets) && targets.some((target) => isRecord(target) && feeds.has(target.Arn));
      if (rule && rule.properties.State !== 'DISABLED' && isTargeted) return [];
      const what =
        rule === undefined ? 'is in no template' : isTargeted ? 'is disabled' : 'does not target it';
      return [
        `${nameOf(lambda)} in ${lambda.region}: its rule ${name} ${what}, so it never hears of '${subscription.name}'`,
      ];
    });
    return { checked: wanted.length, violations };
  },
};

/** The queues that event source mappings feed the function from. */
function queuesFeeding(lambda: ResolvedResource, resources: readonly ResolvedResource[]): readonly unknown[] {
  return resources.flatMap(({ type, region, properties }) =>
    type === 'AWS::Lambda::EventSourceMapping' &&
    region === lambda.region &&
    properties.Enabled !== false &&
    properties.FunctionName === nameOf(lambda)
      ? [properties.EventSourceArn]
      : [],
  );
}
