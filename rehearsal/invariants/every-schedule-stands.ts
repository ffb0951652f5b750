import { nameOf } from '../account.ts';
import { type FunctionSource, sourceIdOf } from '../functions.ts';
import { isRecord } from '../wiring/json.ts';
import type { ResolvedResource } from '../wiring/template.ts';
import type { Invariant } from './invariant.ts';

/** A function that the clock does not run finds nothing, and nobody misses what it would have found. */
export const everyScheduleStands: Invariant = {
  name: 'every schedule stands',
  rule: 'In each Region that has a function, an enabled schedule of EventBridge Scheduler stands for each of those in its contract, with the same expression, and targets it.',
  check({ resources, sources }) {
    const inPlace = resources.filter(({ type }) => type === 'AWS::Scheduler::Schedule');
    const wanted = resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .flatMap((lambda) =>
        (sources.get(sourceIdOf(lambda))?.schedules ?? []).map((schedule) => ({ lambda, schedule })),
      );
    const violations = wanted.flatMap(({ lambda, schedule }) => {
      const name = `${nameOf(lambda)}-${schedule.name}`;
      const wrong = whatIsWrong(
        inPlace.find((candidate) => candidate.region === lambda.region && nameOf(candidate) === name),
        lambda,
        schedule,
      );
      return wrong === undefined
        ? []
        : [`${nameOf(lambda)} in ${lambda.region}: its schedule ${name} ${wrong}`];
    });
    return { checked: wanted.length, violations };
  },
};

function whatIsWrong(
  found: ResolvedResource | undefined,
  lambda: ResolvedResource,
  { expression }: FunctionSource['schedules'][number],
): string | undefined {
  if (found === undefined) return 'is in no template';
  const { State, Target, ScheduleExpression } = found.properties;
  if (State === 'DISABLED') return 'is disabled';
  if (!isRecord(Target) || Target.Arn !== lambda.arn) return 'does not target it';
  if (ScheduleExpression !== expression)
    return `runs by '${String(ScheduleExpression)}' and not by '${expression}'`;
  return undefined;
}
