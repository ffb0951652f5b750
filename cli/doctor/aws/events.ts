import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import { opsBusName } from '../../../infra/names.ts';
import { nameOf } from '../../../rehearsal/account.ts';
import type { ResolvedResource } from '../../../rehearsal/wiring/template.ts';
import { type Finding, ok, problem } from '../finding.ts';
import { type Check, ofType, type Place } from './check.ts';
import { question, questions } from './question.ts';

/** The ops bus, and the rules that hand events to the functions: there and enabled. */
export const eventsCheck: Check = {
  subject: 'events',
  permissions: () => [
    { actions: ['events:DescribeEventBus'], resources: [`arn:aws:events:*:*:event-bus/${opsBusName}`] },
    {
      actions: ['events:DescribeRule'],
      resources: ['arn:aws:events:*:*:rule/aeon-ops-*', `arn:aws:events:*:*:rule/${opsBusName}/aeon-ops-*`],
    },
  ],
  async run(place) {
    return questions([
      ...ofType(place, 'AWS::Events::EventBus').map((bus) => busFinding(place, nameOf(bus))),
      ...ofType(place, 'AWS::Events::Rule').map((rule) => ruleFinding(place, rule)),
    ]);
  },
};

function busFinding({ clients }: Place, name: string): Promise<readonly Finding[]> {
  return question({
    about: `the bus ${name}`,
    action: 'events:DescribeEventBus',
    ask: () => clients.eventBridge.send(new DescribeEventBusCommand({ Name: name })),
    judge: () => [ok(`the bus ${name} is there`)],
    absent: [
      {
        error: ResourceNotFoundException,
        means: problem(
          `the bus ${name} is not there`,
          'Functions cannot announce anything, and events put on it are lost without an error.',
          'npm run deploy',
        ),
      },
    ],
  });
}

function ruleFinding({ clients, region }: Place, rule: ResolvedResource): Promise<readonly Finding[]> {
  const name = nameOf(rule);
  const bus = String(rule.properties.EventBusName ?? 'default');
  const consequence = 'The function behind it never hears of these events, and the silence looks like peace.';
  return question({
    about: `the rule ${name}`,
    action: 'events:DescribeRule',
    ask: () => clients.eventBridge.send(new DescribeRuleCommand({ Name: name, EventBusName: bus })),
    judge: ({ State = 'DISABLED' }) => [
      State === 'DISABLED'
        ? problem(
            `the rule ${name} is disabled`,
            consequence,
            `aws events enable-rule --region ${region} --event-bus-name ${bus} --name ${name}`,
          )
        : ok(`the rule ${name} is enabled`),
    ],
    absent: [
      {
        error: ResourceNotFoundException,
        means: problem(`the rule ${name} is not there`, consequence, 'npm run deploy'),
      },
    ],
  });
}
