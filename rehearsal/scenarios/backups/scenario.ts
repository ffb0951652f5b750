import opsPolicy from '../../../ops.config.ts';
import type { Policy } from '../../../shared/policy/schema.ts';
import type { Scenario } from '../../scenario.ts';
import { badBackups, movedWindow } from './bad-backups.ts';
import { badCopies } from './bad-copies.ts';
import { badRestores, unprovenBucket } from './bad-restores.ts';
import { deadVerifier, stuckPoint, unreliableEvents, vanishedBucket } from './changes.ts';
import { playedIn } from './clock.ts';
import { BackupStory } from './story.ts';

const shared = {
  from: new Date('2026-03-02T00:00:00Z'),
  to: new Date('2026-03-30T00:00:00Z'),
  policy: (given: Policy): Policy => ({ ...given, backups: { ...given.backups, mode: 'act' } }),
  plays: playedIn(opsPolicy),
  plantsAll: true,
} as const;

/**
 * Four weeks of backups, copies and restore tests as they are planned, with everything that is known to go wrong. Most of
 * it does in the first week; the last one has nothing but the events that are lost.
 */
export const backups: Scenario = {
  ...shared,
  name: 'backups',
  summary: 'four weeks of backups, copies and restore tests, with all their faults, each told in its time',
  play(stage) {
    const story = new BackupStory(stage);
    unreliableEvents(story);
    badBackups(story);
    movedWindow(story);
    badCopies(story);
    badRestores(story);
    unprovenBucket(story);
    vanishedBucket(story);
    stuckPoint(story);
    deadVerifier(story);
  },
};

/** The same weeks, in which only events go astray. */
export const quietBackups: Scenario = {
  ...shared,
  name: 'quiet-backups',
  summary:
    'four weeks of backups, copies and restore tests in which all goes well, and nobody is told of anything',
  play(stage) {
    const story = new BackupStory(stage);
    unreliableEvents(story);
    unprovenBucket(story);
  },
};
