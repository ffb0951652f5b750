import type { Scenario } from '../scenario.ts';
import { admission } from './admission.ts';
import { day } from './day.ts';
import { identicalAlerts } from './identical-alerts.ts';
import { pushes } from './pushes.ts';
import { rateLimited } from './rate-limited.ts';
import { unreliableEvents } from './unreliable-events.ts';

export const scenarios: readonly Scenario[] = [
  day,
  identicalAlerts,
  rateLimited,
  pushes,
  unreliableEvents,
  admission,
];
