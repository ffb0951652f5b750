import type { Scenario } from '../scenario.ts';
import { day } from './day.ts';
import { identicalAlerts } from './identical-alerts.ts';
import { pushes } from './pushes.ts';
import { rateLimited } from './rate-limited.ts';

export const scenarios: readonly Scenario[] = [day, identicalAlerts, rateLimited, pushes];
