import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { type InvokeOptions, invoke } from '../../../cli/invoke/invoke.ts';
import type { InvocationReport } from '../../../cli/invoke/report.ts';
import { templatesOf } from '../../../infra/kept-templates.ts';
import type { Synthesized } from '../../../infra/synthesize.ts';
import policy from '../../../ops.config.ts';
import { writeAlertMessage } from '../../../shared/events/alert-message.ts';
import { alert } from '../../builders.ts';
import { sample } from '../../shared/events/sample.ts';

/** Each test plays minutes of simulated AWS, which take their time on a machine that is busy. */
jest.setTimeout(60_000);

const templates = await templatesOf(policy);
const folder = mkdtempSync(join(tmpdir(), 'ops-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: unknown, name = 'event.json'): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

type Report = InvocationReport & { readonly invokedBy: string; readonly notes?: readonly string[] };

async function run(
  event: unknown,
  options: Partial<InvokeOptions> = {},
  wiring: ReadonlyMap<string, Synthesized> = templates,
) {
  const answer = await invoke({ function: 'judge-scan', eventFile: file(event), ...options }, policy, wiring);
  return { ...answer, report: answer.json as Report };
}

const critical = sample('ecr/image-scan.complete-critical.json');

function sqsEvent(...bodies: readonly string[]) {
  const [record] = (sample('sqs/messages.json') as { Records: object[] }).Records;
  return { Records: bodies.map((body, index) => ({ ...record, messageId: `message-${index}`, body })) };
}

/** A copy of the templates, without the resources that are meant. */
function without(
  isMeant: (type: string, properties: Record<string, unknown>) => boolean,
): ReadonlyMap<string, Synthesized> {
  return new Map(
    [...templates].map(([stack, { region, template }]) => {
      const left = Object.entries(template.Resources).filter(
        ([, { Type, Properties = {} }]) => !isMeant(Type, Properties),
      );
      return [stack, { region, template: { ...template, Resources: Object.fromEntries(left) } }];
    }),
  );
}

describe('invoke', () => {
  it('follows an event to the people who hear of it', async () => {
    const { exitCode, report } = await run(critical);
    expect(exitCode).toBe(0);
    expect(report.invokedBy).toBe('rule aeon-ops-judge-scan-basic-scan');
    expect(report.outcomes).toEqual([expect.objectContaining({ outcome: 'block' })]);
    expect(report.calls.map(({ operation }) => operation)).toContain('ecr:DescribeImageScanFindings');
    expect(report.followed.map(({ outcome }) => outcome).toSorted()).toEqual([
      ...['routed', 'routed'],
      ...['told', 'told', 'told'],
      'watched',
    ]);
    expect(report.messages.map(({ to }) => to).toSorted()).toEqual([
      'mail:oncall@example.com',
      'slack:slack-oncall',
      'slack:slack-ops',
    ]);
  });

  it('judges the event alone: what seeding the registry would announce is heard by nobody', async () => {
    const { report } = await run(critical);
    expect(report.followed.filter((outcome) => outcome.function === 'aeon-ops-judge-scan')).toEqual([]);
  });

  it('puts the given answer of ECR behind the image, totals that exceed the list included', async () => {
    const findings = file(
      {
        imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
        imageScanFindings: {
          imageScanCompletedAt: '2026-03-02T08:10:00+00:00',
          findings: [{ name: 'CVE-2026-0001', severity: 'LOW' }],
          findingSeverityCounts: { LOW: 1, CRITICAL: 3 },
        },
      },
      'findings.json',
    );
    const { report } = await run(critical, { findings });
    expect(report.outcomes).toEqual([
      expect.objectContaining({ outcome: 'block', reason: '3 CRITICAL findings' }),
    ]);
  });

  it('takes the function with or without its room', async () => {
    const { report } = await run(critical, { function: 'images/judge-scan' });
    expect(report.outcomes).toEqual([expect.objectContaining({ outcome: 'block' })]);
  });

  it('takes the event out of the record that Lambda keeps of an invocation that failed for good', async () => {
    const record = {
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: critical,
    };
    const { report } = await run(record);
    expect(report.outcomes).toEqual([expect.objectContaining({ outcome: 'block' })]);
  });

  it('says when the event is of another Region than the function', async () => {
    const { report } = await run(critical, { region: 'us-west-2' });
    expect(report.notes).toEqual([expect.stringContaining('--region us-east-1')]);
    expect((await run(critical)).report.notes).toBeUndefined();
  });

  it('tells an alert from a sink’s queue once, and refuses a broken one beside it', async () => {
    const body = writeAlertMessage(alert({ title: 'The lift is stuck' }));
    const options = { function: 'deliver-alert', sink: 'slack-ops' };
    const { exitCode, trouble, report } = await run(sqsEvent(body, body, 'broken'), options);
    expect(report.outcomes.map(({ outcome }) => outcome)).toEqual(['told', 'held', 'refused']);
    expect(report.returned).toEqual({ batchItemFailures: [] });
    expect(report.messages[0]).toMatchObject({
      to: 'slack:slack-ops',
      text: expect.stringContaining('The lift'),
    });
    expect({ exitCode, trouble }).toEqual({ exitCode: 1, trouble: expect.stringContaining('not JSON') });
  });

  it('lets the function put back into the queue what the sink does not take now', async () => {
    const bodies = Array.from({ length: 8 }, (_, index) =>
      writeAlertMessage(alert({ fingerprint: `f${index}` })),
    );
    const { exitCode, report } = await run(sqsEvent(...bodies), {
      function: 'deliver-alert',
      sink: 'slack-ops',
    });
    expect(report.outcomes.map(({ outcome }) => outcome)).toContain('put back');
    expect(report.calls).toContainEqual({ operation: 'sqs:ChangeMessageVisibility', outcome: 'ok' });
    expect(exitCode).toBe(0);
  });

  it('exits 1 for an event that says too little, and shows who hears of that', async () => {
    const { exitCode, trouble, report } = await run({ ...critical, detail: { 'scan-status': 'COMPLETE' } });
    expect(exitCode).toBe(1);
    expect(trouble).toContain('detail.image-digest');
    expect(report.calls).toContainEqual({ operation: 'sqs:SendMessage', outcome: 'ok' });
    expect(report.messages.map(({ text }) => text).join()).toContain('aeon-ops-judge-scan-dlq');
  });

  it('exits 3 when the function fails', async () => {
    const tableless = without(
      (type, { TableName }) => type.endsWith('GlobalTable') && TableName === 'aeon-ops-verdicts',
    );
    const { exitCode, trouble, report } = await run(critical, {}, tableless);
    expect(exitCode).toBe(3);
    expect(report).toMatchObject({ ended: 'failed', error: { errorType: 'ResourceNotFoundException' } });
    expect(trouble).toContain('ResourceNotFoundException');
  });

  it('exits 3 when the function would try a message again, not knowing why it fails', async () => {
    const tableless = without(
      (type, { TableName }) => type.endsWith('GlobalTable') && TableName === 'aeon-ops-conversations',
    );
    const options = { function: 'deliver-alert', sink: 'slack-ops' };
    const { exitCode, report } = await run(sqsEvent(writeAlertMessage(alert())), options, tableless);
    expect(exitCode).toBe(3);
    expect(report.returned).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  });

  it('hands an event over as a message where its rule puts it into a queue', async () => {
    const { report } = await run(sample('inspector2/finding.active.json'));
    expect(report.invokedBy).toBe(
      'rule aeon-ops-judge-scan-enhanced-finding by way of the queue aeon-ops-judge-scan-enhanced-finding',
    );
    expect(report.returned).toEqual({ batchItemFailures: [] });
    expect(report.outcomes).toEqual([
      expect.objectContaining({ reason: '1 CRITICAL finding: CVE-2026-10001' }),
    ]);
  });

  it('takes the messages of that queue as they are, and puts their images into the registry', async () => {
    const finding = JSON.stringify(sample('inspector2/finding.active.json'));
    const { report } = await run(sqsEvent(finding, finding));
    expect(report.outcomes).toEqual([
      expect.objectContaining({ reason: '1 CRITICAL finding: CVE-2026-10001' }),
    ]);
  });

  it('fails when the templates do not let the sender invoke the function', async () => {
    const closed = without((type) => type === 'AWS::Lambda::Permission');
    await expect(run(critical, {}, closed)).rejects.toThrow(
      'not authorized to perform: lambda:InvokeFunction',
    );
  });
});

describe('an event that would never reach the function', () => {
  it('is refused with its rules, and what the nearest asks for', async () => {
    await expect(run(sample('inspector2/finding.ec2.json'))).rejects.toMatchObject({
      name: 'MisuseError',
      message: expect.stringContaining(
        'The nearest is aeon-ops-judge-scan-enhanced-finding: resources is ["i-0abcdef1234567890"], and [{"prefix":"arn:aws:ecr:"}] is asked for.',
      ),
      remedy: expect.stringContaining('aeon-ops-judge-scan-basic-scan {"source":["aws.ecr"]'),
    });
  });

  it('takes as the nearest a rule for the same kind of event', async () => {
    await expect(run(sample('ecr/image-action.delete.json'))).rejects.toMatchObject({
      message: expect.stringContaining(
        'The nearest is aeon-ops-judge-scan-pushed: detail.action-type is "DELETE"',
      ),
    });
  });

  it('is judged by the templates: a rule that is disabled hands nothing over', async () => {
    const disabled = new Map(
      [...templates].map(([stack, synthesized]) => [
        stack,
        JSON.parse(JSON.stringify(synthesized).replaceAll('"State":"ENABLED"', '"State":"DISABLED"')),
      ]),
    );
    await expect(run(critical, {}, disabled)).rejects.toMatchObject({ name: 'MisuseError' });
  });

  it.each([
    ['alarm.sns.json', 'AWS::SNS::Subscription'],
    ['alarm.direct.json', 'AWS::Lambda::Permission'],
  ])('is judged by the templates: %s needs an %s', async (name, type) => {
    const event = sample(`cloudwatch/${name}`);
    const closed = without((candidate) => candidate === type);
    await expect(run(event, { function: 'route-alert' }, closed)).rejects.toMatchObject({
      name: 'MisuseError',
      message: expect.stringContaining('would never be given this event'),
    });
  });

  it.each([
    ['an unknown function', { function: 'judge-scans' }, 'Use one of judge-scan'],
    ['a Region without the function', { region: 'ap-south-1' }, 'Use --region with one of us-east-1'],
    ['a sink for a function without', { sink: 'slack-ops' }, 'Leave out --sink'],
    ['no sink', { function: 'deliver-alert' }, 'slack-oncall, slack-ops, mail-oncall'],
    ['an unknown sink', { function: 'deliver-alert', sink: 'pager' }, 'slack-oncall, slack-ops, mail-oncall'],
  ])('%s is refused with what there is', async (_what, options, remedy) => {
    await expect(run(critical, options)).rejects.toMatchObject({
      name: 'MisuseError',
      remedy: expect.stringContaining(remedy),
    });
  });

  it.each([
    ['no JSON', '{"source": aws.ecr}', 'is not JSON'],
    ['a list', '[]', 'holds a list'],
    ['null', 'null', 'holds null'],
  ])('%s is refused', async (_what, content, message) => {
    await expect(run(content)).rejects.toMatchObject({
      name: 'MisuseError',
      message: expect.stringContaining(message),
    });
  });

  it('has no use for --findings when it is about no image', async () => {
    const findings = file({ imageScanStatus: { status: 'FAILED' } }, 'findings.json');
    const event = sample('cloudwatch/alarm.firing.json');
    await expect(run(event, { function: 'route-alert', findings })).rejects.toMatchObject({
      name: 'MisuseError',
    });
  });
});
