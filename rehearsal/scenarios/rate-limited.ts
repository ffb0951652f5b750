import type { Scenario } from '../scenario.ts';
import { platformAlarm } from './platform-alarm.ts';

/** A hundred alarms at once, while Slack refuses every tenth post on top of its rate limit. All hundred arrive. */
export const rateLimited: Scenario = {
  name: 'rate-limited',
  summary: 'a hundred different alarms while Slack answers every tenth post with 429: all of them arrive',
  from: new Date('2026-11-24T09:00:00Z'),
  to: new Date('2026-11-24T10:00:00Z'),
  play(stage) {
    stage.slack.refuseEvery = 10;
    stage.at('00:01', () => {
      for (let index = 1; index <= 100; index += 1) {
        const name = `aeon-dt-tenant-${String(index).padStart(3, '0')}-errors`;
        platformAlarm(stage, 'us-east-1', name, `Tenant ${index} sees errors.`).change(
          'ALARM',
          'Threshold Crossed.',
        );
      }
    });
  },
};
