import { describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { rehearse } from '../../rehearsal/rehearsal.ts';
import { summarize } from '../../rehearsal/report/summary.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import { day } from '../../rehearsal/scenarios/day.ts';
import { identicalAlerts } from '../../rehearsal/scenarios/identical-alerts.ts';
import { rateLimited } from '../../rehearsal/scenarios/rate-limited.ts';
import { type Resource, Templates } from './templates.ts';

/** Virtual days, but real seconds, and more of them on a busy machine. */
jest.setTimeout(120_000);

async function violationsOf(scenario: Scenario, templates?: Templates): Promise<string[]> {
  const run = await rehearse(scenario, { seed: 1, ...(templates && { templates: templates.all }) });
  return invariants.flatMap((invariant) =>
    invariant.check(run).violations.map((violation) => `${invariant.name}: ${violation}`),
  );
}

/** The policy of the day only observes; the scenarios `images` and `retention` act. */
const onlyWhileActing = [
  'a blocked image is enforced',
  'nothing in use is archived',
  'nothing in use is deleted',
  'every deletion is journalled',
  'no archive without evidence',
];

describe('a day', () => {
  it('keeps every invariant, and looks at something for each', async () => {
    const run = await rehearse(day, { seed: 1 });
    const { invariants: checks, alerts, awsCalls } = summarize(run, 0);
    expect(checks.flatMap(({ violations }) => violations)).toEqual([]);
    const idle = checks.filter(({ checked }) => checked === 0).map(({ name }) => name);
    expect(idle.filter((name) => !onlyWhileActing.includes(name))).toEqual([]);
    expect(alerts.lost).toBe(0);
    expect(awsCalls.throttled).toBeGreaterThan(0);
  });

  it('gives the same trace for the same seed, and another for another', async () => {
    const hashes = [];
    for (const seed of [7, 7, 8]) hashes.push((await rehearse(day, { seed })).trace.hash());
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('holds for other seeds too', async () => {
    for (const seed of [2, 3]) {
      const run = await rehearse(day, { seed });
      expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
    }
  });
});

describe('a day with something missing in the templates fails, and says what', () => {
  it('a rule', async () => {
    const templates = new Templates();
    const stack = 'aeon-ops-images-us-east-1';
    const isTheRule = ([, { Properties }]: [string, Resource]): boolean =>
      Properties.Name === 'aeon-ops-judge-scan-basic-scan';
    const rule = templates.of(stack, 'AWS::Events::Rule').find(isTheRule)?.[0] ?? 'no such rule';
    templates.remove(stack, rule);
    removeWhatRefersTo(rule, stack, templates);

    const violations = await violationsOf(day, templates);
    expect(violations).toContainEqual(
      expect.stringContaining(
        'aeon-ops-judge-scan in us-east-1: its rule aeon-ops-judge-scan-basic-scan is in no template',
      ),
    );
    // The sweep judges what nobody told of.
    expect(violations).not.toContainEqual(expect.stringMatching(/^every scanned image is judged/));
  });

  it('a schedule', async () => {
    const templates = new Templates();
    const stack = 'aeon-ops-images-us-east-1';
    for (const [id] of templates.of(stack, 'AWS::Scheduler::Schedule')) templates.remove(stack, id);
    const violations = await violationsOf(day, templates);
    expect(violations).toContainEqual(
      expect.stringContaining(
        'aeon-ops-sweep-images in us-east-1: its schedule aeon-ops-sweep-images-hourly is in no template',
      ),
    );
    expect(violations).toContainEqual(
      expect.stringMatching(
        /^every scanned image is judged: aeon-dt-worker-dev-3\.1\.5-\w+ in us-east-1 has the verdict unknown, and pass is due/,
      ),
    );
  });

  it('a permission', async () => {
    const templates = new Templates();
    for (const [, { Properties }] of templates.of('aeon-ops-images-us-east-1', 'AWS::IAM::Role')) {
      for (const { PolicyDocument } of Properties.Policies ?? []) {
        for (const statement of PolicyDocument.Statement) {
          const actions = [statement.Action].flat();
          statement.Action = actions.filter((action) => action !== 'ecr:DescribeImageScanFindings');
        }
      }
    }
    const denied =
      /^nothing is denied: aeon-ops-judge-scan in us-east-1: .*not authorized to perform: ecr:DescribeImageScanFindings on resource: arn:aws:ecr:us-east-1:/;
    expect(await violationsOf(day, templates)).toContainEqual(expect.stringMatching(denied));
  });

  it('a statement of a queue policy', async () => {
    const templates = new Templates();
    for (const [, { Properties }] of templates.of('aeon-ops-alerts-us-west-2', 'AWS::SQS::QueuePolicy')) {
      const { PolicyDocument } = Properties;
      if (!PolicyDocument) continue;
      PolicyDocument.Statement = PolicyDocument.Statement.filter(
        ({ Principal }) => Principal?.Service !== 'events.amazonaws.com',
      );
    }
    const closed =
      /^every dead-letter queue is open: rule aeon-ops-route-alert-alarm in us-west-2 would lose what it gives up: .*aeon-ops-route-alert-delivery-dlq/;
    const denied = /^nothing is denied: events.amazonaws.com in us-west-2: .*sqs:SendMessage/;
    const violations = await violationsOf(day, templates);
    expect(violations).toContainEqual(expect.stringMatching(closed));
    expect(violations).toContainEqual(expect.stringMatching(denied));
  });

  it('an environment variable', async () => {
    const templates = new Templates();
    for (const [, { Properties }] of templates.of('aeon-ops-images-us-west-2', 'AWS::Lambda::Function')) {
      delete Properties.Environment?.Variables.VERDICT_TABLE;
    }
    const failed =
      /^every invocation ends well: aeon-ops-judge-scan in us-west-2 failed: .*VERDICT_TABLE is not set/;
    expect(await violationsOf(day, templates)).toContainEqual(expect.stringMatching(failed));
  });
});

describe('alerts', () => {
  it('tells a thousand identical alarms once in each sink of their route', async () => {
    const run = await rehearse(identicalAlerts, { seed: 1 });
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
    expect(run.slack.posts.map(({ text }) => text)).toEqual(['🔴 Alarm: aeon-dt-api-latency']);
  });

  it('delivers a hundred of a hundred when every tenth post is answered 429', async () => {
    const run = await rehearse(rateLimited, { seed: 1 });
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
    expect(new Set(run.slack.posts.map(({ text }) => text)).size).toBe(100);
    expect(run.slack.posts).toHaveLength(100);
  });
});

/** CloudFormation would refuse a template in which something refers to a rule that is not there. */
function removeWhatRefersTo(logicalId: string, stack: string, templates: Templates): void {
  const refers = (value: unknown): boolean => JSON.stringify(value).includes(`"${logicalId}"`);
  for (const [id, resource] of templates.of(stack, 'AWS::Lambda::Permission')) {
    if (refers(resource)) templates.remove(stack, id);
  }
  for (const [, { Properties }] of templates.of(stack, 'AWS::SQS::QueuePolicy')) {
    const { PolicyDocument } = Properties;
    if (PolicyDocument) PolicyDocument.Statement = PolicyDocument.Statement.filter((one) => !refers(one));
  }
}
