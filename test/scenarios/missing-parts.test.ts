import { describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { AwsError } from '../../rehearsal/kernel.ts';
import { rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import { day } from '../../rehearsal/scenarios/day.ts';
import { platformAlarm } from '../../rehearsal/scenarios/platform-alarm.ts';
import { type Resource, Templates } from './templates.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(120_000);

/** A day until after its first release, whose scans every part of judging has to do with. */
const firstRelease = { ...day, to: new Date('2026-11-24T01:00:00Z') };

/** A day until after its first four releases, and a sweep after each of them. */
const fourReleases = { ...day, to: new Date('2026-11-24T04:25:00Z') };

/** No event tells of the scan of a release. */
const lostEvent: Scenario = {
  ...day,
  to: new Date('2026-11-24T01:30:00Z'),
  play({ account: { ecr }, policy: { regions }, faults, at }) {
    ecr.scanning(regions.primary, 'basic');
    faults.disturb = ({ detail }) => ('scan-status' in detail ? { drop: true } : undefined);
    at('00:10', () => {
      const tags = ['aeon-dt-worker-dev-3.1.5-0f1e2d3c'];
      const platforms = ['linux/amd64', 'linux/arm64'].map((platform) => ({ platform, findings: [] }));
      ecr.pushIndex(regions.primary, 'aeon-dt-worker', { tags, platforms });
    });
  },
};

/** EventBridge may not invoke the router for an alarm. */
const unreachableRouter: Scenario = {
  ...day,
  to: new Date('2026-11-24T00:30:00Z'),
  play(stage) {
    const alarm = platformAlarm(stage, 'us-west-2', 'aeon-dt-worker-backlog', 'The workers are behind.');
    stage.faults.targetFails = (target) =>
      target.endsWith('route-alert')
        ? new AwsError('AccessDeniedException', 'the function is being replaced', 403)
        : undefined;
    stage.at('00:05', () => alarm.change('ALARM', 'Threshold Crossed: 1 datapoint was greater than 1000.0.'));
  },
};

async function violationsOf(templates: Templates, scenario: Scenario): Promise<string[]> {
  const run = await rehearse(scenario, { seed: 1, templates: templates.all });
  return invariants.flatMap((invariant) =>
    invariant.check(run).violations.map((violation) => `${invariant.name}: ${violation}`),
  );
}

describe('a rehearsal with something missing in the templates fails, and says what', () => {
  it('a rule', async () => {
    const templates = new Templates();
    const stack = 'aeon-ops-images-us-east-1';
    const isTheRule = ([, { Properties }]: [string, Resource]): boolean =>
      Properties.Name === 'aeon-ops-judge-scan-basic-scan';
    const rule = templates.of(stack, 'AWS::Events::Rule').find(isTheRule)?.[0] ?? 'no such rule';
    templates.remove(stack, rule);
    removeWhatRefersTo(rule, stack, templates);

    const violations = await violationsOf(templates, fourReleases);
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
    const violations = await violationsOf(templates, lostEvent);
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
    expect(await violationsOf(templates, firstRelease)).toContainEqual(expect.stringMatching(denied));
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
    const violations = await violationsOf(templates, unreachableRouter);
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
    expect(await violationsOf(templates, firstRelease)).toContainEqual(expect.stringMatching(failed));
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
