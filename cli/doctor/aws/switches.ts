import { switchTableName } from '../../../infra/names.ts';
import { interlockSwitch, type SwitchRow } from '../../../shared/domain/standing.ts';
import { everySwitch } from '../../pause/area.ts';
import { readSwitches } from '../../pause/switches.ts';
import { type Finding, ok, warning } from '../finding.ts';
import type { Check } from './check.ts';
import { question } from './question.ts';

/** The switches that are set right now: pauses, and the interlock. */
export const switchesCheck: Check = {
  subject: 'switches',
  permissions: () => [
    { actions: ['dynamodb:BatchGetItem'], resources: [`arn:aws:dynamodb:*:*:table/${switchTableName}`] },
  ],
  run: ({ clients, now }) =>
    question({
      about: 'what is paused',
      action: 'dynamodb:BatchGetItem',
      ask: () => readSwitches(clients.dynamodb, everySwitch),
      judge: (rows) => {
        const set = rows.filter(({ until }) => until === undefined || new Date(until) > now);
        return set.length > 0 ? set.map(describe) : [ok('nothing is paused, and no interlock is set')];
      },
    }),
};

function describe({ switch: name, by, reason, until }: SwitchRow): Finding {
  const end = until === undefined ? '' : ` until ${until}`;
  return name === interlockSwitch
    ? warning(
        `the interlock is set by ${by}${end}: ${reason}`,
        'While it is set nothing is changed by any automation.',
        'It is removed when the failover or the exercise that set it is closed.',
      )
    : warning(
        `${name} is set by ${by}${end}: ${reason}`,
        'What it names decides, records and tells, and changes nothing.',
        `npm run ops -- pause end ${name.replace('pause/', '')} --aws`,
      );
}
