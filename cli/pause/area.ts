import {
  interlockSwitch,
  type PausableArea,
  pausableAreas,
  pauseSwitch,
} from '../../shared/domain/standing.ts';
import { MisuseError } from '../misuse.ts';

/** What a person can pause: one area, or all of them. */
export type Pausable = PausableArea | 'all';

const pausables: readonly Pausable[] = [...pausableAreas, 'all'];

/** Every switch there is, the interlock among them. */
export const everySwitch: readonly string[] = [...pausables.map(pauseSwitch), interlockSwitch];

/** @throws MisuseError for what cannot be paused, with what to do instead */
export function readArea(given: string): Pausable {
  const area = pausables.find((candidate) => candidate === given);
  if (area !== undefined) return area;
  if (/alert/.test(given)) {
    throw new MisuseError(
      `Alerts cannot be paused ('${given}' was given): with all of them off, a quiet night and a broken night would look the same (docs/decisions/0007-alerts-have-no-switch.md).`,
      'Silence the one alarm that is too loud: mute it in CloudWatch, or give its name a lower severity under alerts.alarms in ops.config.ts.',
    );
  }
  throw new MisuseError(`There is no area '${given}' to pause.`, `Use one of ${pausables.join(', ')}.`);
}
