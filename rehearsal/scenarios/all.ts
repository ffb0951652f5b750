import type { Scenario } from '../scenario.ts';
import { admission } from './admission.ts';
import { backups, quietBackups } from './backups/scenario.ts';
import { day } from './day.ts';
import { identicalAlerts } from './identical-alerts.ts';
import { images } from './images.ts';
import { pushes } from './pushes.ts';
import { rateLimited } from './rate-limited.ts';
import { retention } from './retention.ts';
import { snapshots } from './snapshots.ts';
import { unreliableEvents } from './unreliable-events.ts';

export const scenarios: readonly Scenario[] = [
  day,
  identicalAlerts,
  rateLimited,
  pushes,
  unreliableEvents,
  admission,
  images,
  retention,
  snapshots,
  backups,
  quietBackups,
];
