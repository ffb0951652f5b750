import { describe, expect, it } from '@jest/globals';
import type { DatabaseContent } from '../../../../rehearsal/databases/content.ts';
import { AwsError } from '../../../../rehearsal/kernel.ts';
import type { Standing } from '../../../../shared/domain/standing.ts';
import { hours, minutes, Stand, source } from './stand.ts';

const changed = (table: string) => (content: DatabaseContent) => {
  const found = content.tables.get(table);
  if (found) found.state = `a tenth of ${table} is other`;
};

const emptied = (content: DatabaseContent) => {
  for (const table of content.tables.values()) table.rows = 0;
};

const paused: Standing = { may: 'tell', because: 'paused', reason: 'paused by anna: a migration' };
const interlocked: Standing = { may: 'tell', because: 'interlocked', reason: 'a failover is open' };
const unreadable: Standing = { may: 'tell', because: 'unreadable', reason: 'the switches are unreadable' };
const observing: Standing = { may: 'tell', because: 'observe', reason: 'the policy has it observe' };

describe('the restore of a database', () => {
  it('that holds what was backed up is proven, and its copy spoiled to see that the checks can fail', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    const proof = await stand.finish(job);
    expect(proof.conclusion).toMatchObject({ outcome: 'proven', result: 'SUCCESSFUL' });
    expect(proof.judgement).toMatchObject({ verdict: 'good', rpoSeconds: 30 });
    expect(proof.control?.reason).toBe(
      'each change was noticed: heartbeat, checksum of public.ontologies, rows of public.twins',
    );
    expect(proof.restoreSeconds).toBe(805);
    expect(stand.validation()).toMatchObject({ status: 'SUCCESSFUL' });
    expect(stand.judged).toMatchObject([
      {
        outcome: 'proven',
        subject: source,
        facts: { rpoSeconds: 30, put: 'AWS Backup was told SUCCESSFUL' },
      },
    ]);
    expect(stand.evidence()).toMatchObject([
      { jobId: job, source, conclusion: { outcome: 'proven' }, control: { verdict: 'seen' } },
    ]);
    expect(stand.judged[0]?.facts.evidence).toBe(
      `arn:aws:s3:::evidence/restores/databases/2026-11-25T08:30:00.000Z-${job}.json`,
    );
  });

  it('is proven in the other Region from a copy, by what the database itself held', async () => {
    const stand = new Stand({ region: 'us-west-2' });
    const job = await stand.restored();
    const proof = await stand.finish(job);
    expect(proof).toMatchObject({ region: 'us-west-2', source, conclusion: { outcome: 'proven' } });
    expect(proof.judgement?.before).toBe('2026-11-25T06:50:00.000Z');
    expect(proof.judgement?.after).toBe('2026-11-25T07:50:00.000Z');
  });

  it.each<[string, (content: DatabaseContent) => void, readonly string[]]>([
    ['in which a tenth of a table is other', changed('public.twins'), ['checksum of public.twins']],
    [
      'that completed and is empty',
      emptied,
      ['content', 'rows of public.ontologies', 'checksum of public.ontologies', 'rows of public.readings'],
    ],
    [
      'that lacks rows',
      ({ tables }) => {
        const readings = tables.get('public.readings');
        if (readings) readings.rows = 500;
      },
      ['rows of public.readings'],
    ],
    ['that lacks a table', ({ tables }) => tables.delete('public.readings'), ['table of public.readings']],
    ['that lacks an extension', ({ extensions }) => extensions.delete('plpgsql'), ['extension of plpgsql']],
    [
      'that is of yesterday',
      (content) => {
        if (content.heartbeat) content.heartbeat.at = new Date('2026-11-24T07:00:00Z');
      },
      ['heartbeat'],
    ],
    [
      'that is of another database',
      (content) => {
        content.sentinel = { word: 'another', plantedAt: new Date(0) };
      },
      ['sentinel'],
    ],
  ])('%s has failed, and nothing is spoiled', async (_what, alters, named) => {
    const stand = new Stand();
    const job = await stand.restored({ restore: { alters } });
    const proof = await stand.finish(job);
    expect(proof.conclusion).toMatchObject({ outcome: 'failed', result: 'FAILED' });
    const failed = proof.judgement?.checks.filter(({ outcome }) => outcome === 'failed') ?? [];
    const names = failed.map(({ check, subject }) =>
      subject === 'database' ? check : `${check} of ${subject}`,
    );
    expect(names).toEqual(expect.arrayContaining([...named]));
    expect(stand.validation()).toMatchObject({ status: 'FAILED' });
    expect(stand.everyCall.filter((call) => /alter|empty|age/.test(call))).toEqual([]);
    expect(stand.judged.map(({ outcome }) => outcome)).toEqual(['failed']);
  });

  it('in which a tenth of a table is other is caught within nine calls and statements for each pair of tables', async () => {
    const stand = new Stand();
    const job = await stand.restored({ restore: { alters: changed('public.twins') } });
    stand.everyCall.length = 0;
    await stand.event(job);
    stand.kernel.pass(minutes(5));
    await stand.event(job);
    expect(stand.proof(job)?.conclusion?.outcome).toBe('failed');
    const pairs = Object.keys(
      stand.policy.databases.instances['aeon-dt-metadata']?.proof.tables ?? {},
    ).length;
    const toDecide = stand.everyCall.slice(0, stand.everyCall.indexOf('sql:count') + 1);
    expect(pairs).toBe(3);
    expect(toDecide.filter((call) => call.startsWith('sql:'))).toHaveLength(13);
    expect(toDecide.length / pairs).toBeLessThanOrEqual(9);
  });

  it('that took longer than the policy allows is told of, though its data are good', async () => {
    const stand = new Stand();
    const { databases } = stand.policy.backups.tiers;
    if (databases === undefined) throw new Error('the policy has no such tier');
    const tiers = { ...stand.policy.backups.tiers, databases: { ...databases, restoreWithinMinutes: 10 } };
    stand.policy = { ...stand.policy, backups: { ...stand.policy.backups, tiers } };
    const proof = await stand.finish(await stand.restored());
    expect(proof.conclusion).toMatchObject({ outcome: 'slow', result: 'SUCCESSFUL' });
    expect(proof.conclusion?.reason).toMatch(/^the restore took 13 minutes, and 10 are allowed/);
  });

  it('that failed itself is told of, and AWS Backup told nothing', async () => {
    const stand = new Stand();
    const restore = { end: 'FAILED', message: 'Insufficient capacity.' } as const;
    const proof = await stand.finish(await stand.restored({ restore }));
    expect(proof.conclusion?.outcome).toBe('failed');
    expect(proof.conclusion?.reason).toContain('Insufficient capacity.');
    expect(stand.count('PutRestoreValidationResult')).toBe(0);
  });
});

describe('what cannot be found out', () => {
  it.each(['none', 'before'] as const)(
    'for manifests of the database (%s) is waited for, and then what is there has to do',
    async (manifests) => {
      const stand = new Stand();
      const proof = await stand.finish(await stand.restored({ manifests }));
      expect(proof.conclusion?.outcome).toBe(manifests === 'none' ? 'unproven' : 'proven');
      expect(stand.validation()?.status).toBe(manifests === 'none' ? 'VALIDATING' : 'SUCCESSFUL');
    },
  );

  it('of a table that changed while the backup was made is unproven, and never failed', async () => {
    const stand = new Stand();
    const alters = changed('public.twins');
    const meanwhile = ({ tables }: DatabaseContent) => {
      const twins = tables.get('public.twins');
      if (twins) twins.state = 'changed after the backup';
    };
    const proof = await stand.finish(await stand.restored({ restore: { alters }, meanwhile }));
    expect(proof.judgement?.checks).toContainEqual(
      expect.objectContaining({ check: 'checksum', subject: 'public.twins', outcome: 'unproven' }),
    );
    expect(proof.conclusion?.outcome).toBe('unproven');
    expect(proof.conclusion?.result).toBeUndefined();
  });

  it('because the database does not answer is asked again, and then unproven', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    stand.databases.fails = (host) => (host.startsWith('awsbackup') ? 'unreachable' : undefined);
    const proof = await stand.finish(job);
    expect(proof.conclusion).toMatchObject({ outcome: 'unproven' });
    expect(proof.conclusion?.reason).toContain('a fault of the rehearsal');
    expect(stand.count('Invoke')).toBe(6);
    expect(stand.count('PutRestoreValidationResult')).toBe(0);
  });

  it('because the database does not answer for a while does no harm', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    stand.databases.fails = (host) => (host.startsWith('awsbackup') ? 'timeout' : undefined);
    for (let run = 0; run < 3; run++) {
      await stand.sweep();
      stand.kernel.pass(minutes(15));
    }
    stand.databases.fails = undefined;
    expect((await stand.finish(job)).conclusion?.outcome).toBe('proven');
  });

  it('because the copy lost its tag is unproven: it is left alone', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    const created = stand.backup.restores.in(stand.region)[0]?.created;
    const id = created?.arn.split(':').at(-1) ?? '';
    const seed = { id, host: `${id}.x.us-east-1.rds.amazonaws.com`, masterUser: 'admin', tags: {} };
    stand.instances.create(stand.region, { ...seed, onPassword: () => undefined });
    const proof = await stand.finish(job);
    expect(proof.conclusion?.reason).toContain('does not have the tag of a restore test');
    expect(stand.count('ModifyDBInstance')).toBe(0);
  });

  it('of a database that the policy does not know is unproven', async () => {
    const stand = new Stand();
    stand.policy = { ...stand.policy, databases: { instances: {} } };
    const proof = await stand.finish(await stand.restored());
    expect(proof.conclusion?.reason).toBe(
      `databases.instances does not say what a copy of ${source} has to hold`,
    );
  });

  it('of a tier that nothing restores is told once, in the primary Region', async () => {
    const stand = new Stand();
    await stand.sweep();
    await stand.sweep();
    expect(stand.untested).toMatchObject([{ outcome: 'unproven', facts: { tier: 'cluster-state' } }]);
    const away = new Stand({ region: 'us-west-2' });
    await away.sweep();
    expect(away.untested).toEqual([]);
  });
});

describe('checks that cannot fail', () => {
  it('are told of, and their restore is not called good', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    // Whatever is to be changed stays as it is, and the reply says that it was changed.
    stand.request = ({ spoil: _changes, ...rest }) => rest;
    stand.reply = (reply, { spoil }) => ({
      ...reply,
      spoiled: (spoil?.changes ?? []).map((change) => ({ change })),
    });
    const proof = await stand.finish(job);
    expect(proof.control).toMatchObject({ verdict: 'blind' });
    expect(proof.conclusion?.outcome).toBe('blind');
    expect(proof.conclusion?.reason).toBe(
      'a check that cannot fail: heartbeat, checksum of public.ontologies, rows of public.twins',
    );
    expect(stand.count('PutRestoreValidationResult')).toBe(0);
    expect(stand.judged.map(({ outcome }) => outcome)).toEqual(['blind']);
  });
});

describe('while the automation is to stand still', () => {
  it.each([paused, interlocked, unreadable])(
    '($because) nothing is opened, asked, spoiled or put',
    async (standing) => {
      const stand = new Stand();
      stand.standing = standing;
      const job = await stand.restored();
      for (let run = 0; run < 4; run++) {
        await stand.event(job);
        await stand.sweep();
        stand.kernel.pass(minutes(15));
      }
      expect(stand.count('ModifyDBInstance')).toBe(0);
      expect(stand.everyCall.filter((call) => call.startsWith('sql:'))).toEqual([]);
      expect(stand.judged).toMatchObject([{ outcome: 'not-judged' }]);
      expect(stand.judged[0]?.reason).toContain(standing.reason);
    },
  );

  it('and it ends while the copy stands, the restore is proven after all', async () => {
    const stand = new Stand();
    stand.standing = interlocked;
    const job = await stand.restored();
    await stand.event(job);
    stand.kernel.pass(hours(3));
    stand.standing = { may: 'act' };
    await stand.finish(job);
    expect(stand.judged.map(({ outcome }) => outcome)).toEqual(['not-judged', 'proven']);
  });

  it('and it does not end, the restore is recorded as not judged', async () => {
    const stand = new Stand();
    stand.standing = interlocked;
    const job = await stand.restored();
    await stand.event(job);
    stand.kernel.pass(hours(9));
    const proof = await stand.finish(job);
    expect(proof.conclusion?.outcome).toBe('not-judged');
    expect(proof.conclusion?.result).toBeUndefined();
    expect(stand.validation()?.status).toBe('TIMED_OUT');
  });

  it('from right before the spoiling on, the copy stays as it is', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    await stand.event(job);
    stand.kernel.pass(minutes(15));
    stand.request = (request) => {
      stand.standing = interlocked;
      return request;
    };
    await stand.event(job);
    expect(stand.proof(job)?.stage).toBe('judged');
    expect(stand.everyCall.filter((call) => /alter|empty|age/.test(call))).toEqual([]);
    expect(stand.count('PutRestoreValidationResult')).toBe(0);
  });
});

it('what is only observed is asked and told, and neither spoiled nor put', async () => {
  const stand = new Stand();
  stand.standing = observing;
  const proof = await stand.finish(await stand.restored());
  expect(proof.conclusion).toMatchObject({ outcome: 'proven' });
  expect(proof.conclusion?.reason).toContain('the copy was not spoiled: the policy has it observe');
  expect(stand.everyCall.filter((call) => /alter|empty|age/.test(call))).toEqual([]);
  expect(stand.count('PutRestoreValidationResult')).toBe(0);
  expect(stand.evidence()).toHaveLength(1);
});

describe('an event', () => {
  it('that comes twice, and a sweep beside it, judge once', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    await stand.event(job);
    await stand.event(job);
    stand.kernel.pass(minutes(15));
    await Promise.all([stand.event(job), stand.event(job), stand.sweep()]);
    stand.kernel.pass(minutes(20));
    await stand.finish(job);
    await stand.event(job);
    expect(stand.count('PutRestoreValidationResult')).toBe(1);
    expect(stand.judged.map(({ outcome }) => outcome)).toEqual(['proven']);
    expect(stand.evidence()).toHaveLength(1);
  });

  it('that comes after the end of the window finds that nothing was proven', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    stand.kernel.pass(hours(9));
    await stand.event(job);
    await stand.event(job);
    expect(stand.proof(job)?.conclusion).toMatchObject({
      outcome: 'unproven',
      reason: 'AWS Backup has its validation as TIMED_OUT already',
    });
    expect(stand.judged).toHaveLength(1);
  });

  it('of no job, or of a restore that no test of ours has made, is nothing', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    expect(await stand.event('no-such-job')).toMatchObject({ outcome: 'nothing' });
    const { databases: _none, ...tiers } = stand.policy.backups.tiers;
    stand.policy = { ...stand.policy, backups: { ...stand.policy.backups, tiers } };
    expect(await stand.event(job)).toMatchObject({ outcome: 'nothing' });
    expect(stand.proof(job)).toBeUndefined();
  });
});

describe('the result', () => {
  it('whose answer was lost is put once', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    stand.loses = (operation) => operation === 'PutRestoreValidationResult';
    await expect(stand.finish(job)).rejects.toThrow('socket hang up');
    stand.loses = () => false;
    const proof = await stand.finish(job);
    expect(proof.put).toEqual({ end: 'set', reason: 'AWS Backup was told SUCCESSFUL' });
    expect(stand.judged).toHaveLength(1);
  });

  it('is not put any more once backups are only observed', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    stand.fails = (operation) =>
      operation === 'PutObject' ? new AwsError('SlowDown', 'later', 503) : undefined;
    await expect(stand.finish(job)).rejects.toThrow('later');
    expect(stand.proof(job)?.conclusion?.result).toBe('SUCCESSFUL');
    stand.fails = () => undefined;
    stand.standing = observing;
    expect((await stand.finish(job)).put).toBeUndefined();
    expect(stand.count('PutRestoreValidationResult')).toBe(0);
    expect(stand.judged.map(({ facts }) => facts.put)).toEqual(['AWS Backup was told nothing']);
  });

  it('that comes too late is told as it is', async () => {
    const stand = new Stand();
    const job = await stand.restored();
    let isLate = true;
    stand.fails = (operation) => {
      if (operation === 'PutRestoreValidationResult' && isLate) {
        return new AwsError('ServiceUnavailableException', 'not now', 503);
      }
      return undefined;
    };
    await expect(stand.finish(job)).rejects.toThrow('not now');
    isLate = false;
    stand.kernel.pass(hours(9));
    const proof = await stand.finish(job);
    expect(proof.put).toEqual({
      end: 'refused',
      reason: 'AWS Backup did not take SUCCESSFUL: it has TIMED_OUT',
    });
  });
});

it('a password that was never set is set again', async () => {
  const stand = new Stand();
  const job = await stand.restored();
  stand.fails = (operation) =>
    operation === 'ModifyDBInstance' ? new AwsError('InvalidDBInstanceState', 'busy') : undefined;
  await stand.sweep();
  stand.kernel.pass(minutes(15));
  stand.fails = () => undefined;
  await stand.sweep();
  const created = stand.backup.restores.in(stand.region)[0]?.created?.arn ?? '';
  const id = created.split(':').at(-1) ?? '';
  const server = stand.databases.ofInstance(id);
  if (server === undefined) throw new Error('there is no copy');
  stand.kernel.pass(minutes(10));
  // Somebody else has set another one.
  stand.databases.create(`${id}.c0aeonexampl.us-east-1.rds.amazonaws.com`, {
    ...server,
    password: 'another',
  });
  expect((await stand.finish(job)).conclusion?.outcome).toBe('proven');
  expect(stand.count('ModifyDBInstance')).toBe(3);
});

describe('a copy that was not deleted', () => {
  it('is told of once, and once that it is gone, and never touched', async () => {
    const stand = new Stand();
    const job = await stand.restored({ restore: { leaves: 'It has a final snapshot.' } });
    await stand.finish(job);
    stand.kernel.pass(hours(1));
    for (let run = 0; run < 3; run++) await stand.sweep();
    expect(stand.leftovers).toMatchObject([
      {
        outcome: 'open',
        reason: 'AWS Backup could not delete it: It has a final snapshot.',
        facts: { jobId: job },
      },
    ]);
    const [left] = stand.leftovers;
    stand.instances.delete(left?.subject ?? '');
    await stand.sweep();
    await stand.sweep();
    expect(stand.leftovers.map(({ outcome }) => outcome)).toEqual(['open', 'closed']);
    expect(stand.everyCall.filter((call) => call.startsWith('Delete'))).toEqual([]);
  });

  it('in time is nothing to tell of', async () => {
    const stand = new Stand();
    await stand.finish(await stand.restored());
    stand.kernel.pass(hours(24));
    await stand.sweep();
    expect(stand.leftovers).toEqual([]);
  });
});

describe('the restore of a volume', () => {
  it('is proven by its shape', async () => {
    const stand = new Stand();
    const proof = await stand.finish(await stand.restored({ type: 'EBS' }));
    expect(proof.conclusion).toMatchObject({ outcome: 'proven', reason: 'all 4 checks passed' });
    expect(stand.validation()?.status).toBe('SUCCESSFUL');
  });

  it('that is smaller than its snapshot, or not encrypted, has failed', async () => {
    const stand = new Stand();
    const job = await stand.restored({ type: 'EBS' });
    const id = stand.backup.restores.in(stand.region)[0]?.created?.arn.split('/').at(-1) ?? '';
    stand.volumes.create(stand.region, { id, sizeGib: 1, isEncrypted: false, tags: {} });
    const proof = await stand.finish(job);
    expect(proof.conclusion?.outcome).toBe('failed');
    expect(proof.conclusion?.reason).toMatch(
      /^size: it has 1 GiB, and the snapshot 47; encryption: .*; tag: /,
    );
  });
});
