import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invariants } from '../../rehearsal/invariants/all.ts';
import { entriesOf, type LoggedOutcome, outcomesOf } from '../../rehearsal/invariants/invariant.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import { admission } from '../../rehearsal/scenarios/admission.ts';

/** Virtual hours, but real seconds, and more of them on a busy machine. */
jest.setTimeout(120_000);

let run: Run;

beforeAll(async () => {
  run = await rehearse(admission, { seed: 1 });
});

/** What was answered at a time of the day, the requests of one moment in no order. */
function answersAt(time: string): readonly LoggedOutcome[] {
  return outcomesOf(run).filter(
    ({ at, function: name }) => name.startsWith('aeon-ops-admit-') && at.toISOString().slice(11, 16) === time,
  );
}

function answerAt(time: string): readonly [outcome: string, reason: string] {
  const [{ outcome, reason }] = answersAt(time) as [LoggedOutcome];
  return [outcome, reason];
}

describe('admission', () => {
  it('keeps every invariant', () => {
    expect(invariants.flatMap((invariant) => invariant.check(run).violations)).toEqual([]);
  });

  it.each([
    ['01:00', 'a good image', 'admitted', /every image may run/],
    ['01:05', 'a blocked image', 'not admitted', /^block in us-east-1: .*CVE-2026-40001/],
    ['01:10', 'an image nobody judged, in production', 'not admitted', /it has no verdict/],
    ['01:15', 'the same in development', 'admitted', /it has no verdict/],
    ['01:20', 'an image by its tag', 'not admitted', /without its digest/],
    ['01:30', "a pipeline's tag", 'admitted', /^pass in us-east-1/],
    ['01:35', "a pipeline's blocked tag", 'not admitted', /^block in us-east-1/],
    ['01:40', 'an image that is being scanned', 'not admitted', /it has no verdict|under way/],
    ['02:05', 'break-glass', 'admitted', /user\/ada allowed it until .*although: block/],
    ['02:10', 'break-glass in another Region', 'admitted', /user\/ada allowed it/],
    ['04:01', 'break-glass that has ended', 'not admitted', /^block in us-east-1/],
    ['03:00', 'an image that turned bad, before the failover', 'not admitted', /^block in us-west-2/],
    ['03:04', 'a good image with us-east-1 dark', 'admitted', /every image may run/],
    ['03:06', 'the last good release with us-east-1 dark', 'admitted', /a failover is open .* was pass/],
    ['03:08', 'an image nobody judged, in the failover', 'not admitted', /it has no verdict/],
    ['03:12', 'the release after the failover', 'not admitted', /^block in us-west-2/],
    ['03:35', 'what runs in the cluster', 'admitted', /it runs in this cluster/],
    ['03:40', 'the same in a cluster where it does not run', 'not admitted', /^block/],
    ['05:10', 'the old token beside the new one', 'admitted', /every image may run/],
    ['05:11', 'the new token', 'admitted', /every image may run/],
    ['05:30', 'the old token once it is gone', 'turned away', /no valid token/],
    ['05:31', 'the new token alone', 'admitted', /every image may run/],
  ])('%s: %s is %s', (time, _what, outcome, reason) => {
    expect(answerAt(time)).toEqual([outcome, expect.stringMatching(reason)]);
  });

  it('refuses in production and warns elsewhere while the verdicts cannot be read, and tells of it', () => {
    const answers = answersAt('04:30').map(({ outcome, facts }) => [facts.environment, outcome]);
    expect(Object.fromEntries(answers)).toEqual({
      production: 'not admitted',
      staging: 'admitted',
      development: 'admitted',
    });
    const alarm = '🔴 Alarm: aeon-ops-verdicts-unreadable';
    expect(run.slack.posts.map(({ text }) => text).filter((text) => text === alarm)).toHaveLength(1);
  });

  it('tells break-glass once, and logs each use of it', () => {
    const told = run.slack.posts.filter(({ text }) => text.includes('Image allowed by hand in production'));
    expect(told).toHaveLength(1);
    const uses = entriesOf(run, 'log').filter(({ entry }) => entry.message === 'break-glass');
    expect(uses.map(({ at }) => at.toISOString().slice(11, 16))).toEqual(['02:05', '02:10']);
  });

  it('asks DynamoDB once for each review, ECR only for tags of pipelines, and no other Region', () => {
    const calls = entriesOf(run, 'call').filter(({ entry }) => entry.caller.startsWith('aeon-ops-admit-'));
    const asked = (time: string) =>
      calls
        .filter(
          ({ at, entry }) => at.toISOString().slice(11, 16) === time && entry.service !== 'secretsmanager',
        )
        .map(({ entry }) => `${entry.region} ${entry.service}:${entry.operation}`);
    expect(asked('01:05')).toEqual(['us-east-1 dynamodb:BatchGetItem']);
    expect(asked('01:20')).toEqual([]);
    expect(asked('01:30')).toEqual(['us-east-1 ecr:DescribeImages', 'us-east-1 dynamodb:BatchGetItem']);
    expect(asked('03:06')).toEqual(['us-west-2 dynamodb:BatchGetItem']);
    const byPods = calls.filter(({ entry }) => entry.caller === 'aeon-ops-admit-pods');
    expect(byPods.filter(({ entry }) => entry.service === 'ecr')).toEqual([]);
  });

  it('writes no token into any log', () => {
    const logs = JSON.stringify(entriesOf(run, 'log'));
    expect(logs).not.toMatch(/(1a){32}|(2b){32}/);
  });
});
