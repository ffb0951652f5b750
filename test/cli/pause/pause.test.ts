import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Clients } from '../../../cli/aws/clients.ts';
import { endPause, planEnd, showEnd } from '../../../cli/pause/end.ts';
import { listPauses, showList } from '../../../cli/pause/list.ts';
import { type PauseOptions, planPause, setPause, showPause } from '../../../cli/pause/set.ts';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { switchTable } from '../../../shared/aws/switch-table.ts';
import { decideStanding, switchesOf } from '../../../shared/domain/standing.ts';
import { policy } from '../../builders.ts';
import { clientOf, testKernel } from '../../rehearsal/aws/stand.ts';

const table = 'aeon-ops-switches';
const now = new Date('2026-03-02T08:00:00Z');
const allRegions = ['us-east-1', 'us-west-2', 'eu-west-1'];

let dynamodb: DynamoDb;
/** What a Region answers instead of doing what it is asked. */
let failures: Map<string, AwsError>;

beforeEach(() => {
  failures = new Map();
  dynamodb = new DynamoDb(testKernel());
  for (const region of allRegions) {
    dynamodb.createTable({ name: table, region, keys: { partition: { name: 'switch', type: 'S' } } });
  }
});

function clientsOf(region: string): Clients {
  const failing = (): never => {
    throw failures.get(region);
  };
  const { operations } = dynamodb;
  const service = failures.has(region)
    ? { operations: { PutItem: failing, DeleteItem: failing, BatchGetItem: failing } }
    : { operations };
  return { dynamodb: clientOf(DynamoDBClient, service, region) } as unknown as Clients;
}

const asked: PauseOptions = { area: 'images', reason: "Ada's upgrade", until: '4h', user: 'ada' };

const set = (options: Partial<PauseOptions> = {}) =>
  setPause(planPause({ ...asked, ...options }, policy, now), clientsOf);

const rowsIn = (region: string) => dynamodb.peek(table, region);

async function standingIn(region: string, at: Date) {
  const reading = await switchTable(clientsOf(region).dynamodb, table).read(switchesOf('images'));
  return decideStanding('act', reading, at);
}

describe('pausing', () => {
  it('writes a row that functions read as a pause, in every Region, until its end', async () => {
    const { exitCode } = await set();
    expect(exitCode).toBe(0);
    for (const region of allRegions) {
      expect(rowsIn(region)).toEqual([
        {
          switch: { S: 'pause/images' },
          reason: { S: "Ada's upgrade" },
          by: { S: 'ada' },
          since: { S: '2026-03-02T08:00:00.000Z' },
          until: { S: '2026-03-02T12:00:00.000Z' },
        },
      ]);
      expect(await standingIn(region, new Date('2026-03-02T11:59:59Z'))).toMatchObject({ because: 'paused' });
      expect(await standingIn(region, new Date('2026-03-02T12:00:00Z'))).toEqual({ may: 'act' });
    }
  });

  it('writes nothing when it is only planned, and shows the same row', async () => {
    const plan = planPause(asked, policy, now);
    const { json, text } = showPause(plan);
    expect(json).toMatchObject({ written: false, row: plan.row, regions: allRegions });
    expect(text).toContain('Nothing was written');
    expect(allRegions.flatMap(rowsIn)).toEqual([]);
  });

  it('takes the place of an earlier pause, and says so', async () => {
    await set({ until: '1h' });
    const { text } = await set({ until: '2h', region: ['us-west-2'] });
    expect(text).toMatch(/us-west-2 +set, in place of an earlier one/);
    expect(rowsIn('us-west-2')).toEqual([
      expect.objectContaining({ until: { S: '2026-03-02T10:00:00.000Z' } }),
    ]);
    expect(rowsIn('us-east-1')).toEqual([
      expect.objectContaining({ until: { S: '2026-03-02T09:00:00.000Z' } }),
    ]);
  });

  it('goes on where a Region fails, and gives the command that finishes it', async () => {
    failures.set('us-west-2', new AwsError('InternalServerError', 'ill', 500));
    failures.set('eu-west-1', new AwsError('AccessDeniedException', 'no', 403));
    const { exitCode, text, trouble } = await set({ by: 'Ada L.' });
    expect(exitCode).toBe(3);
    expect(rowsIn('us-east-1')).toHaveLength(1);
    expect(text).toMatch(
      /✓ us-east-1 +set\n.*✗ us-west-2 +InternalServerError: ill\n.*✗ eu-west-1 +needs dynamodb:PutItem/,
    );
    expect(trouble).toContain(
      `npm run ops -- pause images --reason 'Ada'\\''s upgrade' --until 2026-03-02T12:00:00.000Z --by 'Ada L.' --region us-west-2 eu-west-1 --aws`,
    );
  });

  it.each([
    ['alerts', {}, 'a quiet night and a broken night'],
    ['deliver-alert', {}, 'a quiet night and a broken night'],
    ['interlock', {}, "no area 'interlock'"],
    ['images', { reason: ' ' }, 'No reason'],
    ['images', { reason: undefined }, 'No reason'],
    ['images', { until: undefined }, 'No end'],
    ['images', { user: undefined }, 'not known who'],
    ['images', { by: ' ' }, 'not known who'],
    ['images', { region: ['mars-1'] }, "no Region 'mars-1'"],
  ])('%s with %j is refused: %s', (area, options, why) => {
    expect(() => planPause({ ...asked, area, ...options }, policy, now)).toThrow(
      expect.objectContaining({ name: 'MisuseError', message: expect.stringContaining(why) }),
    );
  });

  it('takes the name given over that of the environment, and says which it was', () => {
    expect(planPause(asked, policy, now).person).toEqual({
      name: 'ada',
      from: 'the environment variable USER',
    });
    expect(planPause({ ...asked, by: 'Grace' }, policy, now).person).toEqual({ name: 'Grace', from: '--by' });
  });
});

describe('ending a pause', () => {
  it('removes the row everywhere, and is content where there is none', async () => {
    await set({ region: ['us-east-1'] });
    const { exitCode, text } = await endPause(planEnd({ area: 'images' }, policy), clientsOf);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/us-east-1 +ended\n.*us-west-2 +was not paused/);
    expect(allRegions.flatMap(rowsIn)).toEqual([]);
  });

  it('leaves other pauses be', async () => {
    await set({ area: 'all' });
    await endPause(planEnd({ area: 'images' }, policy), clientsOf);
    expect(rowsIn('us-east-1')).toEqual([expect.objectContaining({ switch: { S: 'pause/all' } })]);
  });

  it('removes nothing when it is only planned', async () => {
    await set();
    expect(showEnd(planEnd({ area: 'images' }, policy)).text).toContain('Nothing was removed');
    expect(rowsIn('us-east-1')).toHaveLength(1);
  });

  it('gives the command that finishes it where a Region fails', async () => {
    failures.set('us-west-2', new AwsError('AccessDeniedException', 'no', 403));
    const { exitCode, trouble } = await endPause(planEnd({ area: 'all' }, policy), clientsOf);
    expect(exitCode).toBe(3);
    expect(trouble).toContain('npm run ops -- pause end all --region us-west-2 --aws');
  });
});

describe('listing what is paused', () => {
  const list = (at: Date, regions?: readonly string[]) => listPauses(policy, regions, clientsOf, at);

  it('tells who set what, until when and why; what has run out is not set', async () => {
    await set({ region: ['us-east-1'] });
    expect((await list(now)).text.split('\n')).toEqual([
      "us-east-1  pause/images    until 2026-03-02T12:00:00.000Z, by ada: Ada's upgrade",
      'us-west-2  nothing is set',
      'eu-west-1  nothing is set',
    ]);
    expect((await list(new Date('2026-03-02T12:00:00Z'))).text).not.toContain('ada');
  });

  it('exits 3 where a Region cannot be read, and tells the others', async () => {
    failures.set('us-west-2', new AwsError('AccessDeniedException', 'no', 403));
    const { exitCode, text, trouble } = await list(now, ['us-east-1', 'us-west-2']);
    expect(exitCode).toBe(3);
    expect(text).toMatch(/us-east-1 +nothing is set\nus-west-2 +not known +needs dynamodb:BatchGetItem/);
    expect(trouble).toBe('us-west-2 could not be read.');
  });

  it('without AWS names what would be read', () => {
    expect(showList(policy).json).toEqual({
      read: false,
      table,
      regions: allRegions,
      switches: ['pause/images', 'pause/retention', 'pause/backups', 'pause/all', 'interlock'],
    });
  });
});
