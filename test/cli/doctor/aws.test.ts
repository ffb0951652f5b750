import { describe, expect, it } from '@jest/globals';
import { examineAws } from '../../../cli/doctor/aws/examine.ts';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { doctorIamPolicy } from '../../../cli/doctor/iam.ts';
import { diagnosis } from '../../../cli/doctor/render.ts';
import { templatesOf } from '../../../infra/kept-templates.ts';
import { AwsError } from '../../../rehearsal/kernel.ts';
import {
  type Answer,
  account,
  denied,
  deployed,
  depth,
  looks,
  mail,
  policy,
  subscription,
} from './deployed.ts';

const templates = await templatesOf(policy);
const now = new Date('2026-03-02T08:00:00Z');

async function examine(answers: Readonly<Record<string, Answer>> = {}) {
  const { clientsOf, asked } = deployed(answers);
  const sections = await examineAws({ policy, templates, clientsOf, now });
  const findings = sections.flatMap((section) => section.findings);
  return {
    sections,
    findings,
    asked,
    amiss: findings.filter(({ level }) => level !== 'ok'),
    ...diagnosis(sections),
  };
}

/** An answer of AWS in one Region only. */
function onlyIn(region: string, answer: Answer, otherwise: object): Answer {
  return (input, where) => (where === region ? answer(input, where) : otherwise);
}

function refusal(code: string): Answer {
  return () => {
    throw new AwsError(code, 'no such thing', 404);
  };
}

const grants = (doctorIamPolicy(policy) as { Statement: { Action: string[] }[] }).Statement;
const allowed = grants.flatMap(({ Action }) => Action);

describe('doctor --aws', () => {
  it('finds nothing amiss where all that the templates ask for is there', async () => {
    const { amiss, exitCode, sections } = await examine();
    expect(amiss).toEqual([]);
    expect(exitCode).toBe(0);
    const titles = sections.map(({ title }) => title);
    expect(titles).toContain('us-east-1: secrets');
    expect(titles).toContain('eu-west-1: images');
    expect(titles).not.toContain('eu-west-1: secrets');
  });

  it('asks nothing but what the policy of --iam allows, and all of that', async () => {
    const { asked } = await examine();
    expect([...asked()].sort()).toEqual([...allowed].sort());
  });

  it('only reads, but for taking on the role that reads what uses images', () => {
    expect(allowed.filter((action) => !/:(Describe|Get|List|BatchGet)/.test(action))).toEqual([
      'sts:AssumeRole',
    ]);
  });

  it.each(allowed)('says what could not be checked without %s, and goes on', async (action) => {
    const [service = ''] = action.split(':');
    const refuse = (): never => {
      throw denied(service);
    };
    const { amiss, exitCode, findings } = await examine({ [action]: refuse });
    expect(exitCode).toBe(0);
    expect(amiss.length).toBeGreaterThan(0);
    for (const { level, what } of amiss) {
      expect(level).toBe('warning');
      expect(what).toMatch(/could not be checked: needs /);
      expect(what).toContain(action);
    }
    expect(findings.length).toBeGreaterThan(amiss.length);
  });

  it('asks nothing more of a Region that does not answer', async () => {
    const { sections, amiss, exitCode } = await examine({
      'ecr:DescribeRegistry': onlyIn('eu-west-1', refusal('UnrecognizedClientException'), {
        registryId: account,
      }),
    });
    expect(exitCode).toBe(1);
    expect(amiss).toEqual([
      expect.objectContaining({
        level: 'problem',
        what: expect.stringContaining('eu-west-1 cannot be reached'),
      }),
    ]);
    expect(sections.filter(({ title }) => title.startsWith('eu-west-1'))).toHaveLength(1);
  });

  it('says that the switch can be armed only where nothing speaks against it', async () => {
    const said = ({ findings }: { findings: readonly Finding[] }) =>
      findings.some(({ what }) =>
        what.startsWith('the switch is not armed, and its checks are as they should be'),
      );
    expect(said(await examine())).toBe(true);
    expect(said(await examine({ 'route53:GetHealthCheckStatus': () => looks(8) }))).toBe(false);
  });

  it('sees whether the records follow the switch that is armed', async () => {
    const armed = { ...policy, failover: { ...policy.failover, armed: true } };
    const amiss = async (checkOf: (record: string) => string) => {
      const { clientsOf } = deployed({
        'route53:ListResourceRecordSets': ({ StartRecordName: name }) => {
          const common = { Name: `${name}.`, Type: 'A' };
          const ResourceRecordSets = [
            {
              ...common,
              SetIdentifier: 'primary',
              Failover: 'PRIMARY',
              HealthCheckId: checkOf(String(name)),
            },
            { ...common, SetIdentifier: 'secondary', Failover: 'SECONDARY' },
          ];
          return { ResourceRecordSets, IsTruncated: false, MaxItems: 10 };
        },
      });
      const sections = await examineAws({ policy: armed, templates, clientsOf, now });
      return sections.flatMap(({ findings }) => findings).filter(({ level }) => level !== 'ok');
    };
    const { service, drill } = policy.failover.records;
    expect(await amiss((record) => (record === service ? 'switch-service' : 'switch-drill'))).toEqual([]);
    expect(await amiss(() => 'switch-service')).toMatchObject([
      { level: 'problem', what: `${drill} does not follow the switch` },
    ]);
  });

  it('never shows what a secret holds', async () => {
    const { json, text } = await examine();
    const broken = await examine({
      'secretsmanager:GetSecretValue': () => ({ SecretString: '{"botToken": "hunter-secret"}' }),
    });
    const shown = [JSON.stringify(json), text, JSON.stringify(broken.json), broken.text].join();
    expect(broken.exitCode).toBe(1);
    expect(shown).not.toContain('xoxb-secret');
    expect(shown).not.toContain('hunter-secret');
  });

  const found = (level: Finding['level'], what: string) =>
    expect.objectContaining({ level, what: expect.stringContaining(what) });

  it.each<[string, Record<string, Answer>, ReturnType<typeof found>]>([
    [
      'a repository that is missing where images are pushed',
      {
        'ecr:DescribeRepositories': onlyIn('us-east-1', refusal('RepositoryNotFoundException'), {}),
      },
      found('problem', 'the repository api is not there'),
    ],
    [
      'a repository that is not replicated yet',
      {
        'ecr:DescribeRepositories': onlyIn('eu-west-1', refusal('RepositoryNotFoundException'), {}),
      },
      found('warning', 'the repository api is not there'),
    ],
    [
      'a repository that is not scanned on push',
      {
        'ecr:BatchGetRepositoryScanningConfiguration': () => ({
          scanningConfigurations: [{ scanFrequency: 'MANUAL' }],
        }),
      },
      found('problem', 'images in api are not scanned'),
    ],
    [
      'a registry scanned by the other engine',
      {
        'ecr:GetRegistryScanningConfiguration': () => ({
          scanningConfiguration: {
            scanType: policy.images.registry.scanning === 'basic' ? 'ENHANCED' : 'BASIC',
          },
        }),
      },
      found('problem', 'and the policy has'),
    ],
    [
      'lifecycle rules of ECR beside our own retention',
      { 'ecr:GetLifecyclePolicy': () => ({ lifecyclePolicyText: '{"rules":[]}' }) },
      found('problem', 'lifecycle rules of ECR work on the images in api'),
    ],
    [
      'checkers that the switch does not let in',
      { 'route53:GetCheckerIpRanges': () => ({ CheckerIpRanges: ['192.0.2.0/24'] }) },
      found('problem', "do not let in Route 53's checkers at 192.0.2.0/24"),
    ],
    [
      'a canary that checkers cannot read',
      { 'route53:GetHealthCheckStatus': () => looks(1) },
      found('problem', `cannot read s3://aeon-ops-switch-${account}-eu-west-1/canary`),
    ],
    [
      'a check of the switch that nobody has looked by yet',
      { 'route53:GetHealthCheckStatus': () => ({ HealthCheckObservations: [] }) },
      found('warning', "what checkers see of the switch's bucket in us-west-2 is not known yet"),
    ],
    [
      'a token that is there',
      { 'route53:GetHealthCheckStatus': () => looks(2) },
      found('warning', "Route 53's checkers see the token in us-west-2"),
    ],
    [
      'checks of the switch that are missing',
      { 'route53:ListHealthChecks': () => ({ HealthChecks: [], IsTruncated: false, MaxItems: 100 }) },
      found('problem', 'health checks of the switch are not there: of the bucket in us-west-2 and eu-west-1'),
    ],
    [
      'a rule that is disabled',
      { 'events:DescribeRule': () => ({ State: 'DISABLED' }) },
      found('problem', 'the rule aeon-ops-judge-scan-basic-scan is disabled'),
    ],
    [
      'a rule that is missing',
      { 'events:DescribeRule': refusal('ResourceNotFoundException') },
      found('problem', 'the rule aeon-ops-route-alert-alarm is not there'),
    ],
    [
      'a bus that is missing',
      { 'events:DescribeEventBus': refusal('ResourceNotFoundException') },
      found('problem', 'the bus aeon-ops is not there'),
    ],
    [
      'a queue that is missing',
      { 'sqs:GetQueueUrl': refusal('QueueDoesNotExist') },
      found('problem', 'the queue aeon-ops-sink-oncall is not there'),
    ],
    [
      'a dead-letter queue that holds something',
      { 'sqs:GetQueueAttributes': () => depth(3) },
      found('warning', 'the dead-letter queue aeon-ops-sink-oncall-dlq in us-east-1 holds 3'),
    ],
    [
      'a mail address that has not confirmed',
      { 'sns:ListSubscriptionsByTopic': () => subscription(mail, 'PendingConfirmation') },
      found('warning', `${mail} has not confirmed its subscription to aeon-ops-last-resort`),
    ],
    [
      'a mail address that was unsubscribed',
      { 'sns:ListSubscriptionsByTopic': () => subscription('another@example.org', 'arn:aws:sns:…') },
      found('problem', `${mail} is not subscribed to ops-mail`),
    ],
    [
      'a topic of others that nobody listens to',
      { 'sns:ListSubscriptionsByTopic': () => ({ Subscriptions: [] }) },
      found('problem', 'the topic pager has no confirmed subscription'),
    ],
    [
      'a topic that is missing',
      { 'sns:ListSubscriptionsByTopic': refusal('NotFound') },
      found('problem', 'the topic aeon-ops-alarm-intake is not there'),
    ],
    [
      'a replica of a table that is missing',
      {
        'dynamodb:DescribeTable': onlyIn('eu-west-1', refusal('ResourceNotFoundException'), {
          Table: { TableStatus: 'ACTIVE' },
        }),
      },
      found('problem', 'the table aeon-ops-verdicts is not there'),
    ],
    [
      'a table that is being made',
      { 'dynamodb:DescribeTable': () => ({ Table: { TableStatus: 'CREATING' } }) },
      found('warning', 'the table aeon-ops-switches is CREATING'),
    ],
    [
      'a secret that is missing',
      { 'secretsmanager:GetSecretValue': refusal('ResourceNotFoundException') },
      found('problem', 'the secret ops/slack is not there'),
    ],
    [
      'a secret of another form',
      { 'secretsmanager:GetSecretValue': () => ({ SecretString: 'xoxb-secret' }) },
      found('problem', 'the secret ops/slack does not have the form'),
    ],
    [
      'a secret that holds no text',
      { 'secretsmanager:GetSecretValue': () => ({}) },
      found('problem', 'the secret ops/slack does not have the form'),
    ],
    [
      'a cluster that is gone',
      { 'eks:DescribeCluster': refusal('ResourceNotFoundException') },
      found('problem', 'could not be asked: there is no such cluster'),
    ],
    [
      'a cluster whose answers are not understood',
      { kubernetes: () => ({ items: 'none' }) },
      found('problem', 'could not be asked: the list /api/v1/pods cannot be understood'),
    ],
    [
      'a service that fails',
      { 'events:DescribeRule': refusal('InternalException') },
      found('problem', 'could not be checked: InternalException'),
    ],
  ])('tells of %s, why it matters and what to do', async (_what, answers, expected) => {
    const { amiss } = await examine(answers);
    expect(amiss).toContainEqual(expected);
    for (const finding of amiss)
      expect(finding).toMatchObject({
        why: expect.stringMatching(/\w/),
        remedy: expect.stringMatching(/\w/),
      });
  });

  it('lists the switches that are set, and not those that have run out', async () => {
    const row = (name: string, until?: string) => ({
      switch: { S: name },
      reason: { S: 'upgrade' },
      by: { S: 'ada' },
      ...(until !== undefined && { until: { S: until } }),
    });
    const rows = [
      row('pause/all', '2026-03-02T08:00:00Z'),
      row('pause/images', '2026-03-02T09:00:00Z'),
      row('interlock'),
    ];
    const { amiss } = await examine({
      'dynamodb:BatchGetItem': onlyIn('us-west-2', () => ({ Responses: { 'aeon-ops-switches': rows } }), {}),
    });
    expect(amiss.map(({ what }) => what)).toEqual([
      'pause/images is set by ada until 2026-03-02T09:00:00Z: upgrade',
      'the interlock is set by ada: upgrade',
    ]);
  });
});
