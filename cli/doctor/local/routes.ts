import { decideSinks } from '../../../functions/alerts/route-alert/route.ts';
import { type Alert, alertSeverities, unknownEnvironment } from '../../../shared/domain/alert.ts';
import type { Policy } from '../../../shared/policy/schema.ts';

/** Who hears of what: a row for each environment, a column for each severity. The first row is the heading. */
export function explainRoutes(policy: Policy): readonly (readonly string[])[] {
  const environments = [...Object.keys(policy.environments), unknownEnvironment];
  return [
    ['environment', ...alertSeverities],
    ...environments.map((environment) => [
      environment,
      ...alertSeverities.map((severity) =>
        decideSinks({ ...firing, environment, severity }, policy).join(', '),
      ),
    ]),
  ];
}

/** How each sink is reached. The first row is the heading. */
export function explainSinks({ alerts }: Policy): readonly (readonly string[])[] {
  return [
    ['sink', 'reaches', 'by'],
    ...Object.entries(alerts.sinks).map(([name, sink]) => {
      if (sink.type === 'slack') {
        const channel = sink.auth === 'bot-token' ? `Slack channel ${sink.channel}` : "the webhook's channel";
        return [name, channel, `${sink.auth} in the secret ${sink.secret}`];
      }
      const { topic, mail = [] } = sink;
      return 'create' in topic
        ? [name, mail.join(', '), `topic ${topic.create}`]
        : [name, 'whoever subscribes', `topic ${topic.existing}, which is not ours`];
    }),
  ];
}

const firing: Alert = {
  fingerprint: 'example',
  state: 'firing',
  condition: 'test',
  severity: 'info',
  environment: unknownEnvironment,
  occurredAt: '2026-01-01T00:00:00.000Z',
  title: 'example',
  meaning: '',
  action: '',
  facts: [],
  links: [],
  subject: 'example',
  region: '',
};
