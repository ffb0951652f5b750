import { describe, expect, it } from '@jest/globals';
import { planRepository } from '../../../shared/retention/plan.ts';
import type { RegistryImage, RepositoryState } from '../../../shared/retention/registry-state.ts';
import { sayNote } from '../../../shared/retention/say-note.ts';
import type { UseIndex } from '../../../shared/workloads/in-use.ts';
import { daysAgo, digestOf, image, noUses, now, part, policy, stateOf, useOf } from './registry.ts';

/** What becomes of each image, by the name that its digest holds. */
function outcomes(state: RepositoryState, uses: UseIndex = noUses): Record<string, string> {
  return Object.fromEntries(
    planRepository(state, uses, policy, now).images.map(({ image: { digest }, outcome, why }) => {
      const name = Buffer.from(digest.slice(7), 'hex').toString().replaceAll('\0', '');
      return [name, `${outcome}: ${why.code}`];
    }),
  );
}

/** Two newer releases of each environment, and of none, so that nothing is kept to go back to. */
const newer = ['prod', 'staging', 'dev', 'odd'].flatMap((word) =>
  [1, 2].map((number) =>
    image(`${word}${number}`, { tags: [`aeon-dt-api-${word}-9.0.${number}-x`], pushedAt: daysAgo(1) }),
  ),
);

describe('planRepository', () => {
  it.each<[string, Partial<RegistryImage>, string]>([
    ['a day short of its retention', { pushedAt: daysAgo(29.99) }, 'keep: fresh'],
    ['at the end of its retention', { pushedAt: daysAgo(30) }, 'archive: aged-out'],
    ['production, for a year', { tags: ['aeon-dt-api-prod-1.0.0-x'], pushedAt: daysAgo(364) }, 'keep: fresh'],
    [
      'production, after it',
      { tags: ['aeon-dt-api-prod-1.0.0-x'], pushedAt: daysAgo(365) },
      'archive: aged-out',
    ],
    [
      'promoted: the longest of all tags',
      { tags: ['aeon-dt-api-dev-1.0.0-x', 'aeon-dt-api-prod-1.0.0-x'], pushedAt: daysAgo(200) },
      'keep: fresh',
    ],
    ['a tag that tells nothing, as production', { tags: ['latest'], pushedAt: daysAgo(200) }, 'keep: fresh'],
    ['no tag, for two weeks', { tags: [], pushedAt: daysAgo(13) }, 'keep: fresh'],
    ['no tag, after them', { tags: [], pushedAt: daysAgo(14) }, 'archive: aged-out'],
    ['pulled lately', { pulledAt: daysAgo(29) }, 'keep: fresh'],
    ['pulled long ago', { pulledAt: daysAgo(31) }, 'archive: aged-out'],
    ['brought back lately', { restoredAt: daysAgo(29) }, 'keep: fresh'],
    ['brought back long ago', { restoredAt: daysAgo(31) }, 'archive: aged-out'],
    ['archived yesterday', { status: 'ARCHIVED', archivedAt: daysAgo(1) }, 'wait: aged-out'],
    ['a moment before its grace ends', { status: 'ARCHIVED', archivedAt: daysAgo(89.99) }, 'wait: aged-out'],
    ['when its grace ends', { status: 'ARCHIVED', archivedAt: daysAgo(90) }, 'delete: aged-out'],
    ['archived at a time nobody knows', { status: 'ARCHIVED' }, 'wait: aged-out'],
    [
      'quarantined for long, and within its own retention',
      {
        tags: ['aeon-dt-api-prod-1.0.0-x'],
        pushedAt: daysAgo(200),
        status: 'ARCHIVED',
        archivedAt: daysAgo(120),
      },
      'keep: fresh',
    ],
    ['being brought back', { status: 'ACTIVATING' }, 'keep: being-restored'],
  ])('%s', (_what, over, outcome) => {
    expect(outcomes(stateOf([...newer, image('it', over)])).it).toBe(outcome);
  });

  it('keeps an image of which ECR does not say when it was pushed', () => {
    const { pushedAt: _unknown, ...undated } = image('it');
    expect(outcomes(stateOf([...newer, undated])).it).toBe('keep: push-time-unknown');
  });

  it('counts a tag that was given lately, on an old image', () => {
    const it = image('it');
    const taggedAt = new Map([[it.tags[0] ?? '', daysAgo(29)]]);
    expect(outcomes(stateOf([...newer, it], { taggedAt })).it).toBe('keep: fresh');
  });

  it('keeps the last good releases however old, and never counts a bad one among them', () => {
    const releases = [1, 2, 3, 4].map((age) => image(`r${age}`, { pushedAt: daysAgo(100 + age) }));
    const known = new Map([
      [digestOf('r1'), 'bad' as const],
      [digestOf('r2'), 'good' as const],
      [digestOf('r3'), 'good' as const],
      [digestOf('r4'), 'good' as const],
    ]);
    expect(outcomes(stateOf(releases, { known }))).toEqual({
      r1: 'archive: aged-out',
      r2: 'keep: last-good',
      r3: 'keep: last-good',
      r4: 'archive: aged-out',
    });
  });

  it('keeps the newest with tags that name no environment, beside those of each environment', () => {
    const old = [1, 2, 3].map((age) =>
      image(`v${age}`, { tags: [`v1.0.${age}`], pushedAt: daysAgo(400 + age) }),
    );
    const named = [1, 2].map((age) => image(`d${age}`, { pushedAt: daysAgo(410 + age) }));
    expect(outcomes(stateOf([...old, ...named]))).toEqual({
      ...{ v1: 'keep: last-good', v2: 'keep: last-good', v3: 'archive: aged-out' },
      ...{ d1: 'keep: last-good', d2: 'keep: last-good' },
    });
  });

  it('counts an index with tags on its parts as one release', () => {
    const images = [1, 2, 3].flatMap((age) => [
      image(`r${age}`, { kind: 'index', pushedAt: daysAgo(100 + age) }),
      ...['amd64', 'arm64'].map((platform) => {
        const tags = [`aeon-dt-api-dev-1.0.0-r${age}-${platform}`];
        return image(`r${age}${platform}`, { tags, pushedAt: daysAgo(100 + age) });
      }),
    ]);
    const parts = Object.fromEntries(
      ['r1', 'r2', 'r3'].map((name) => [name, [`${name}amd64`, `${name}arm64`]]),
    );
    expect(outcomes(stateOf(images, { parts }))).toMatchObject({
      ...{ r1: 'keep: last-good', r1arm64: 'keep: part-of', r2: 'keep: last-good', r2amd64: 'keep: part-of' },
      ...{ r3: 'archive: aged-out', r3amd64: 'archive: aged-out' },
    });
  });

  it('keeps an index whose image is in use, and all other parts of it', () => {
    const images = [
      ...newer,
      image('index', { kind: 'index' }),
      part('amd64'),
      part('arm64'),
      part('attestation'),
    ];
    const state = stateOf(images, { parts: { index: ['amd64', 'arm64', 'attestation'] } });
    expect(outcomes(state, useOf(['amd64']))).toMatchObject({
      index: 'keep: holds-what-is-in-use',
      amd64: 'keep: in-use',
      arm64: 'keep: part-of',
      attestation: 'keep: part-of',
    });
  });

  it('archives what is signed before its signature, and deletes the signature first', () => {
    const signed = image('signed');
    const signature = part('sig', { kind: 'artifact', subject: signed.digest });
    const stages = (over: Partial<RegistryImage>, of: 'archive' | 'delete') => {
      const images = [signed, signature].map((each) => ({ ...each, ...over }));
      return planRepository(stateOf([...newer, ...images]), noUses, policy, now)[of].map((stage) =>
        stage.map((each) => each.image.digest),
      );
    };
    expect(stages({}, 'archive')).toEqual([[signed.digest], [signature.digest]]);
    expect(stages({ status: 'ARCHIVED', archivedAt: daysAgo(91) }, 'delete')).toEqual([
      [signature.digest],
      [signed.digest],
    ]);
  });

  it('keeps the part that a kept index shares with one that goes', () => {
    const images = [
      ...newer,
      image('old', { kind: 'index' }),
      image('kept', { kind: 'index', tags: ['aeon-dt-api-prod-1.0.0-x'], pushedAt: daysAgo(100) }),
      part('shared'),
      part('alone'),
    ];
    const state = stateOf(images, { parts: { old: ['shared', 'alone'], kept: ['shared'] } });
    expect(outcomes(state)).toMatchObject({
      old: 'archive: aged-out',
      kept: 'keep: fresh',
      shared: 'keep: part-of',
      alone: 'archive: goes-with-index',
    });
  });

  it.each([
    ['its manifest', part('signature', { kind: 'artifact', subject: digestOf('it'), pushedAt: daysAgo(1) })],
    [
      'its tag',
      part('signature', { tags: [`${digestOf('it').replace(':', '-')}.sig`], pushedAt: daysAgo(1) }),
    ],
  ])('lets a referrer stay and go with what it is about, told by %s', (_how, signature) => {
    expect(outcomes(stateOf([...newer, image('it'), signature]))).toMatchObject({
      it: 'archive: aged-out',
      signature: 'archive: goes-with-subject',
    });
    expect(outcomes(stateOf([...newer, image('it'), signature]), useOf(['it']))).toMatchObject({
      it: 'keep: in-use',
      signature: 'keep: says-something-of',
    });
    const gone = image('it', { status: 'ARCHIVED', archivedAt: daysAgo(91) });
    const { delete: stages } = planRepository(stateOf([...newer, gone, signature]), noUses, policy, now);
    expect(stages.map((stage) => stage.map((planned) => planned.image.digest))).toEqual([
      [digestOf('signature')],
      [digestOf('it')],
    ]);
  });

  it('keeps what may be part of a kept index that cannot be read', () => {
    const images = [
      ...newer,
      image('unread', {
        kind: 'index',
        tags: ['aeon-dt-api-prod-1.0.0-x'],
        pushedAt: daysAgo(100),
        status: 'ARCHIVED',
      }),
      part('before', { pushedAt: daysAgo(101) }),
      part('after', { pushedAt: daysAgo(99) }),
    ];
    expect(outcomes(stateOf(images))).toMatchObject({
      before: 'keep: may-be-part-of',
      after: 'archive: aged-out',
    });
  });

  it('has a part wait until the index that leads to it goes', () => {
    const images = [
      ...newer,
      image('index', { kind: 'index', status: 'ARCHIVED', archivedAt: daysAgo(10) }),
      part('amd64', { status: 'ARCHIVED', archivedAt: daysAgo(200) }),
    ];
    expect(outcomes(stateOf(images, { parts: { index: ['amd64'] } })).amd64).toBe('wait: goes-with-index');
  });
});

describe('the notes of a plan', () => {
  function notes(images: readonly RegistryImage[]): readonly string[] {
    return planRepository(stateOf(images), noUses, policy, now).notes.map(sayNote);
  }

  it('tell of tags that no rule understands, and of rules that then match nothing', () => {
    expect(notes([image('a', { tags: ['v1.0.0'] })]).join('\n')).toMatch(
      /1 tag names no environment.*v1\.0\.0[\s\S]*no image falls under retention\.images\.production/,
    );
    expect(notes([part('a')]).join('\n')).toContain('no image falls under retention.keepGoodReleases');
  });

  it('tell of a repository in which nothing ages out', () => {
    const pulled = [1, 2, 3].map((number) =>
      image(`p${number}`, { pushedAt: daysAgo(500), pulledAt: daysAgo(1) }),
    );
    expect(notes(pulled).join()).toContain('nothing ages out: all 3 images');
  });

  it('say nothing where all is as it should be', () => {
    expect(notes(newer.filter(({ tags: [tag = ''] }) => !tag.includes('-odd-')))).toEqual([]);
  });
});
