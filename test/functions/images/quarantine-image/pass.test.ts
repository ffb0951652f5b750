import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import { enforcedIn } from '../../../../shared/aws/enforcement-index.ts';
import { mayOnlyTell } from '../../../builders.ts';
import { role } from '../../../rehearsal/aws/stand.ts';
import { Stand } from './stand.ts';

let stand: Stand;

beforeEach(() => {
  stand = new Stand();
});

const minutes = 60_000;
const day = 24 * 60 * minutes;

async function quarantined(count: number) {
  const all = [];
  for (let patch = 0; patch < count; patch++) all.push(await stand.quarantined(`1.0.${patch}`));
  return all;
}

/** One that was quarantined here and was pushed again since. */
async function undone(): Promise<{ digest: string; parts: readonly string[] }> {
  const copy = await stand.judged('2.0.0', 'CVE-2026-0001');
  await stand.pass();
  stand.ecr.pushAgain('us-east-1', 'api', copy.digest);
  stand.published.length = 0;
  return copy;
}

const said = (): readonly string[] => stand.logged.map(({ outcome }) => outcome);
const callsOf = (...operations: readonly string[]): readonly string[] =>
  stand.calls.filter((call) => operations.includes(call));

describe('a pass over copies that stand as they should', () => {
  it.each([
    ['of the quarter-hour', () => stand.passBetween()],
    ['of the hour', () => stand.pass()],
  ])('costs calls by the hundred, and not by the copy: %s', async (_which, pass) => {
    await quarantined(300);
    await pass();
    // 1,200 keys of the index, 900 images, and a record and a case of each index.
    expect(stand.calls.toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => 'BatchGetItem'),
      'DescribeImages',
      'Query',
    ]);
    expect(stand.surveys).toBe(0);
    expect(stand.logged).toMatchObject([
      { reason: '900 copies: 600 with its index, 300 archived', subject: 'quarantine in us-east-1' },
    ]);
  });

  it('says in one line that there is nothing', async () => {
    await stand.judged('1.0.0');
    await stand.pass();
    expect(stand.calls).toEqual(['Query']);
    expect(said()).toEqual(['reviewed']);
  });

  it('finds the one that came back among them', async () => {
    await quarantined(2);
    const { digest } = await undone();
    await stand.passBetween();
    expect(stand.stateOf(digest)).toBe('ARCHIVED');
    expect(said()).toEqual(['archived', 'looked through']);
    expect(stand.told).toEqual(['reasserted']);
    expect(callsOf('UpdateImageStorageClass')).toHaveLength(3);
  });

  it('does nothing because of a list that is out of date', async () => {
    const { digest, parts } = await undone();
    let asked = 0;
    stand.onCall = (operation) => {
      if (operation === 'DescribeImages') asked += 1;
      if (operation !== 'DescribeImages' || asked !== 2) return;
      for (const imageDigest of [digest, ...parts]) {
        stand.ecr.operations.UpdateImageStorageClass(
          { repositoryName: 'api', imageId: { imageDigest }, targetStorageClass: 'ARCHIVE' },
          { principal: role, region: 'us-east-1' },
        );
      }
    };
    await stand.passBetween();
    expect(asked).toBe(2);
    expect(callsOf('UpdateImageStorageClass')).toEqual([]);
    expect(stand.caseOf(digest)).toMatchObject({ state: 'archived', undone: 0 });
  });

  it('finds the one that was deleted among them', async () => {
    const [, gone] = await quarantined(3);
    stand.ecr.operations.BatchDeleteImage(
      { repositoryName: 'api', imageIds: [{ imageDigest: gone?.digest ?? '' }] },
      { principal: role, region: 'us-east-1' },
    );
    await stand.passBetween();
    expect(stand.caseOf(gone?.digest ?? '')?.state).toBe('gone');
    expect(stand.told).toEqual(['gone']);
  });

  it('finds the one that is blocked no more among them', async () => {
    const [, good] = await quarantined(3);
    stand.overrule(good?.digest ?? '', 'pass');
    await stand.passBetween();
    expect(stand.stateOf(good?.digest ?? '')).toBe('ACTIVATING');
    expect(said()).toEqual(['restored', 'looked through']);
  });

  it('finds what a person wants released among them', async () => {
    const [, wanted] = await quarantined(3);
    const known = stand.caseOf(wanted?.digest ?? '');
    if (known === undefined) throw new Error('it has no case');
    const until = new Date(stand.kernel.now().getTime() + day).toISOString();
    const at = stand.kernel.now().toISOString();
    await stand.deps.cases.write({
      ...known,
      request: { by: 'ann', reason: 'a release', at, until, rescan: false },
    });
    await stand.passBetween();
    expect(stand.stateOf(wanted?.digest ?? '')).toBe('ACTIVATING');
  });

  it('tells what a crash has left untold', async () => {
    const [, untold] = await quarantined(3);
    const known = stand.caseOf(untold?.digest ?? '');
    if (known?.telling === undefined) throw new Error('nothing is to be told');
    await stand.deps.cases.write({ ...known, telling: { ...known.telling, isTold: false } });
    await stand.passBetween();
    expect(stand.told).toEqual(['quarantined']);
    expect(said()).toEqual(['nothing', 'looked through']);
  });
});

describe('a blocked image that is held', () => {
  let held: { digest: string; parts: readonly string[] };

  beforeEach(async () => {
    held = await stand.judged('1.0.0', 'CVE-2026-0001');
    stand.inventory = { uses: [stand.use(held.digest)], missing: [] };
    await stand.passBetween();
    stand.surveys = 0;
  });

  it('costs neither a survey nor a call to ECR between the reviews', async () => {
    await stand.passBetween();
    expect(stand.calls).toEqual(['Query', 'BatchGetItem']);
    expect(stand.surveys).toBe(0);
    expect(said()).toEqual(['looked through']);
  });

  it('is looked at by the review by what is asked for all', async () => {
    await stand.pass();
    expect(callsOf('PutItem', 'DescribeImageScanFindings')).toEqual([]);
    expect(callsOf('DescribeImages')).toHaveLength(1);
    expect(stand.surveys).toBe(1);
    expect(said()).toEqual(['reviewed']);
  });

  it('is archived by the review when nobody needs it any more, and by a word of it', async () => {
    stand.inventory = { uses: [], missing: [] };
    await stand.passBetween();
    expect(stand.stateOf(held.digest)).toBe('ACTIVE');
    await stand.pass();
    expect(stand.stateOf(held.digest)).toBe('ARCHIVED');
    expect(said()).toEqual(['archived', 'reviewed']);

    const other = await stand.judged('1.0.1', 'CVE-2026-0001');
    stand.inventory = { uses: [stand.use(other.digest)], missing: [] };
    await stand.passBetween();
    stand.inventory = { uses: [], missing: [] };
    await stand.look(other.digest);
    expect(stand.stateOf(other.digest)).toBe('ARCHIVED');
  });

  it('is overdue at the first pass of each day, whichever that is', async () => {
    for (const ms of [7 * day, 15 * minutes, day]) {
      stand.kernel.pass(ms);
      await stand.passBetween();
    }
    expect(stand.told).toEqual(['held', 'overdue', 'overdue']);
  });

  it('is checked at once when something else is found in it', async () => {
    stand.scan(held.parts, ['CVE-2026-0001', 'CVE-2026-0002']);
    stand.kernel.pass(minutes);
    await stand.judge(held.digest);
    await stand.passBetween();
    expect(stand.surveys).toBe(1);
    expect(stand.caseOf(held.digest)?.blockReason).toMatch('CVE-2026-0002');
    await stand.passBetween();
    expect(stand.surveys).toBe(1);
  });
});

describe('a blocked image that is only observed', () => {
  it('is checked by the review, and when it may be archived', async () => {
    const { digest } = await stand.judged('1.0.0', 'CVE-2026-0001');
    stand.standing = mayOnlyTell;
    await stand.passBetween();
    await stand.passBetween();
    await stand.passBetween();
    expect(stand.surveys).toBe(1);
    stand.standing = { may: 'act' };
    await stand.passBetween();
    expect(stand.stateOf(digest)).toBe('ARCHIVED');
    expect(stand.told).toEqual(['observed', 'quarantined']);
  });
});

it('leaves a blocked image without a tag to the index that leads to it and is not blocked', async () => {
  const good = await stand.judged('1.0.1');
  const [part = ''] = good.parts;
  stand.overrule(part, 'block');
  await stand.passBetween();
  expect(stand.calls.toSorted()).toEqual(['BatchGetImage', 'DescribeImages', 'Query']);
  expect(stand.stateOf(part)).toBe('ACTIVE');
  expect(stand.logged).toMatchObject([{ reason: '1 copy: 1 with its index' }]);
});

describe('a pass in which not all goes well', () => {
  it('looks at all others when a case cannot be read, and says which', async () => {
    const [broken] = await quarantined(1);
    const { digest } = await undone();
    stand.dynamodb.operations.PutItem(
      {
        TableName: 'verdicts',
        Item: {
          digest: { S: broken?.digest ?? '' },
          copy: { S: 'quarantine#us-east-1#api' },
          record: { S: '{}' },
          ...enforcedIn('us-east-1', true),
        },
      },
      { principal: role, region: 'us-east-1' },
    );
    await expect(stand.passBetween()).rejects.toThrow(broken?.digest);
    expect(stand.stateOf(digest)).toBe('ARCHIVED');
    expect(said()).toContain('failed');
  });

  it('asks once for a repository that cannot be listed just now', async () => {
    await quarantined(5);
    stand.onCall = (operation) => {
      if (operation === 'DescribeImages') throw new AwsError('ThrottlingException', 'Rate exceeded');
    };
    await expect(stand.passBetween()).rejects.toThrow(/^5 of 15 copies could not be looked at/);
    expect(callsOf('DescribeImages')).toHaveLength(1);
    expect(said()).toEqual(['failed', 'looked through']);
  });

  it('asks copy by copy where it may not list', async () => {
    const { digest } = await undone();
    let listings = 0;
    stand.onCall = (operation) => {
      if (operation !== 'DescribeImages') return;
      listings += 1;
      if (listings === 1) throw new AwsError('AccessDeniedException', 'not authorized');
    };
    await stand.passBetween();
    expect(stand.caseOf(digest)).toMatchObject({ state: 'held', heldBy: 'unlisted' });
    stand.onCall = undefined;
    await stand.pass();
    expect(stand.stateOf(digest)).toBe('ARCHIVED');
  });

  it('stops in time, and says so', async () => {
    await quarantined(2);
    stand.mayGoOn = () => false;
    await stand.passBetween();
    expect(stand.logged).toMatchObject([
      { outcome: 'unfinished' },
      { outcome: 'looked through', reason: '6 copies: 6 left for the next pass' },
    ]);
  });
});

it('asks anew who uses what before each act: what is started during a pass is spared', async () => {
  const [one, other] = [
    await stand.judged('1.0.0', 'CVE-2026-0001'),
    await stand.judged('1.0.1', 'CVE-2026-0001'),
  ];
  let isFirst = true;
  stand.onCall = (operation) => {
    if (operation !== 'UpdateImageStorageClass' || !isFirst) return;
    isFirst = false;
    stand.kernel.pass(10_000);
    stand.inventory = { uses: [stand.use(one.digest), stand.use(other.digest)], missing: [] };
  };
  await stand.pass();
  expect([one, other].map(({ digest }) => stand.stateOf(digest)).toSorted()).toEqual(['ACTIVE', 'ARCHIVED']);
});
