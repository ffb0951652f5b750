import type { Scenario } from '../scenario.ts';
import { platformAlarm } from './platform-alarm.ts';

/** One alarm that fires a thousand times over. People hear of it once. */
export const identicalAlerts: Scenario = {
  name: 'identical-alerts',
  summary: 'the same alarm a thousand times in ten minutes: each sink is told once',
  from: new Date('2026-11-24T09:00:00Z'),
  to: new Date('2026-11-24T10:00:00Z'),
  play(stage) {
    stage.at('00:01', () => {
      const alarm = platformAlarm(stage, 'us-east-1', 'aeon-dt-api-latency', 'The API answers slowly.');
      for (let index = 0; index < 1000; index += 1) {
        stage.kernel.after(index * 600, () =>
          alarm.change('ALARM', 'Threshold Crossed: the 95th percentile is above 0.5 s.'),
        );
      }
    });
  },
};
