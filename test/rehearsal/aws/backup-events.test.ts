import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { BackupFaults } from '../../../rehearsal/aws/backup-context.ts';
import type { ServiceEvent } from '../../../rehearsal/aws/ecr-events.ts';
import { eventsFolder, sample } from '../../shared/events/sample.ts';
import { type BackupStand, backupStand, copyActions, database, hours, rule, volume } from './backup-stand.ts';

function stand(faults: BackupFaults = {}): BackupStand {
  const made = backupStand(faults);
  for (const resource of [database, volume]) made.backup.resources.put(resource);
  made.plan([rule({ ScheduleExpression: 'cron(0 10 ? * * *)', ...copyActions() })]);
  return made;
}

const shapeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]))
    : typeof value;

describe('events', () => {
  it('come every five minutes, in the order in which things happened', () => {
    const moments: number[] = [];
    const made = stand();
    const seen = new Set<ServiceEvent>();
    for (let minute = 0; minute < 240; minute += 1) {
      made.kernel.pass(60_000);
      const fresh = made.events.filter((event) => !seen.has(event));
      for (const event of fresh) seen.add(event);
      if (fresh.length > 0) moments.push(made.kernel.now().getUTCMinutes());
    }
    expect(moments.length).toBeGreaterThan(3);
    expect(moments.filter((minute) => minute % 5 !== 0)).toEqual([]);
    const states = made.eventsOf('Backup Job State Change').map(({ detail }) => detail.state);
    expect(states.slice(0, 2)).toEqual(['CREATED', 'CREATED']);
  });

  it('have the members of AWS in their forms', () => {
    const stands = [
      stand(),
      stand({ backup: () => ({ end: 'FAILED', message: 'Instance is not in state available' }) }),
      stand({ copy: () => ({ end: 'FAILED', key: 'source' }) }),
    ];
    for (const made of stands) made.kernel.pass(hours(4));
    const told = stands.flatMap(({ events }) => events);
    const files = readdirSync(join(eventsFolder, 'backup')).filter((file) =>
      /^(backup|copy)-job\.(created|completed|failed)\.json$|^recovery-point\.completed/.test(file),
    );
    expect(files).toHaveLength(7);
    const missing = files.filter((file) => {
      const { detail, 'detail-type': detailType } = sample(`backup/${file}`);
      const { state, status, resourceType } = detail as Record<string, unknown>;
      const shape = JSON.stringify(sorted(shapeOf(detail)));
      return !told.some(
        (event) =>
          event.detailType === detailType &&
          event.detail.state === state &&
          event.detail.status === status &&
          (resourceType === undefined || event.detail.resourceType === resourceType) &&
          JSON.stringify(sorted(shapeOf(event.detail))) === shape,
      );
    });
    expect(missing).toEqual([]);
  });
});

function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)))
    : value;
}
