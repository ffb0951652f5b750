import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { examineBundles } from '../../../cli/doctor/local/bundles.ts';
import { rehearseDelivery } from '../../../cli/doctor/local/delivery.ts';
import { examineLocally } from '../../../cli/doctor/local/examine.ts';
import { findPlaceholders } from '../../../cli/doctor/local/placeholders.ts';
import { explainRoutes, explainSinks } from '../../../cli/doctor/local/routes.ts';
import { examineTemplates } from '../../../cli/doctor/local/templates.ts';
import { diagnosis } from '../../../cli/doctor/render.ts';
import { contracts } from '../../../infra/functions.ts';
import { templatesOf } from '../../../infra/kept-templates.ts';
import type { Synthesized } from '../../../infra/synthesize.ts';
import { policy as anyPolicy } from '../../builders.ts';

/** Some tests play minutes of simulated AWS, which take their time on a machine that is busy. */
jest.setTimeout(60_000);

const policy: typeof anyPolicy = {
  ...anyPolicy,
  alerts: {
    ...anyPolicy.alerts,
    sinks: {
      oncall: { type: 'slack', auth: 'bot-token', channel: 'C0123ABCDEF', secret: 'ops/slack' },
      ops: { type: 'slack', auth: 'incoming-webhook', channel: 'C0123ABCDEG', secret: 'ops/webhook' },
      mail: { type: 'sns', topic: { existing: 'oncall-mail' } },
    },
    lastResort: ['oncall@aeon.test'],
    runbookUrl: 'https://wiki.aeon.test/runbook',
  },
};

describe('doctor', () => {
  it('finds a policy well, and what is made of it', async () => {
    const sections = await examineLocally(policy);
    const { exitCode, text } = diagnosis(sections);
    expect(exitCode).toBe(0);
    expect(sections.map(({ title }) => title)).toEqual([
      'Policy',
      'Placeholders in the policy',
      'Sinks',
      'Who hears of what',
      'Bundles',
      'Templates',
      'Delivery',
    ]);
    expect(text).toMatch(/no problem/);
  });

  it('tells every problem of a policy, and looks at nothing that stands on it', async () => {
    const sections = await examineLocally({
      ...policy,
      regions: { ...policy.regions, standby: policy.regions.primary },
      retention: { ...policy.retention, logs: 31 },
    });
    expect(sections.map(({ title }) => title)).toEqual(['Policy']);
    const { exitCode, text } = diagnosis(sections);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/regions\.standby is "us-east-1"[\s\S]*retention\.logs is 31[\s\S]*Do: use 60/);
  });
});

describe('findPlaceholders', () => {
  it('finds none in a policy of real values', () => {
    const databases = { ...policy.databases, instances: {} };
    const failover = {
      ...policy.failover,
      zone: { existing: { id: 'Z08351752NRRLV1K9AB1', name: 'aeon.test' } },
      breakGlass: ['arn:aws:iam::123456789012:role/oncall'],
    };
    expect(findPlaceholders({ ...policy, databases, failover }).map(({ level }) => level)).toEqual(['ok']);
  });

  it('warns of addresses of example domains, made-up channels, a made-up runbook, made-up databases and a made-up zone', () => {
    const findings = findPlaceholders({
      ...policy,
      alerts: {
        ...policy.alerts,
        sinks: {
          ...policy.alerts.sinks,
          oncall: { type: 'slack', auth: 'bot-token', channel: 'C0AEONCALL1', secret: 'ops/slack' },
          mail: { type: 'sns', topic: { create: 'mail' }, mail: ['a@example.com', 'a@my-example.com'] },
        },
        lastResort: ['b@mail.example.org'],
        runbookUrl: 'https://github.com/aeon-dt/aeon-ops/blob/main/docs/runbook.md',
      },
    });
    expect(findings.map(({ level, what }) => `${level}: ${what.split(' ', 3).join(' ')}`)).toEqual([
      'warning: alerts.sinks.mail.mail has a@example.com,',
      'warning: alerts.lastResort has b@mail.example.org,',
      'warning: alerts.sinks.oncall.channel is C0AEONCALL1,',
      'warning: alerts.runbookUrl is https://github.com/aeon-dt/aeon-ops/blob/main/docs/runbook.md,',
      'warning: databases.instances.aeon-dt-metadata.host is aeon-dt-metadata.c0aeonexampl.us-east-1.rds.amazonaws.com,',
      'warning: databases.network.subnets has subnet-0aec0000000000a01,',
      'warning: failover.zone.existing.id is Z0AEONEXAMPLE0000001,',
      'warning: failover.breakGlass has arn:aws:iam::111122223333:role/aeon-dt-oncall,',
    ]);
  });
});

describe('the tables', () => {
  it('say who hears of what, as route-alert decides it', () => {
    expect(explainRoutes(policy)).toEqual([
      ['environment', 'critical', 'warning', 'info'],
      ['production', 'oncall, mail', 'ops, mail', 'ops'],
      ['staging', 'ops, mail', 'ops, mail', 'ops'],
      ['development', 'ops, mail', 'ops, mail', 'ops'],
      ['unknown', 'oncall, mail', 'ops, mail', 'ops'],
    ]);
  });

  it('say how each sink is reached', () => {
    expect(explainSinks(policy).map(([sink, reaches]) => [sink, reaches])).toEqual([
      ['sink', 'reaches'],
      ['oncall', 'Slack channel C0123ABCDEF'],
      ['ops', "the webhook's channel"],
      ['mail', 'whoever subscribes'],
    ]);
  });
});

describe('examineBundles', () => {
  it('gives the size of what is there, and says how to make what is not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ops-'));
    try {
      mkdirSync(join(folder, 'images-judge-scan'));
      writeFileSync(join(folder, 'images-judge-scan', 'handler.mjs'), 'x'.repeat(2048));
      const [first, ...others] = examineBundles(contracts, folder);
      expect(first).toEqual({ level: 'ok', what: 'images/judge-scan is bundled: 2 KB' });
      expect(others.length).toBe(contracts.length - 1);
      for (const other of others) expect(other).toMatchObject({ level: 'warning', remedy: 'npm run synth' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('examineTemplates', () => {
  it('says why templates cannot be made', () => {
    const { templates, findings } = examineTemplates({
      ...policy,
      regions: { ...policy.regions, alerts: ['us-east-1', 'us-east-1'] },
    });
    expect(templates).toBeUndefined();
    expect(findings).toEqual([
      expect.objectContaining({
        level: 'problem',
        what: expect.stringContaining('aeon-ops-alerts-us-east-1'),
      }),
    ]);
  });
});

const templates = await templatesOf(policy);

describe('rehearseDelivery', () => {
  function changed(change: (text: string) => string): ReadonlyMap<string, Synthesized> {
    return new Map([...templates].map(([stack, made]) => [stack, JSON.parse(change(JSON.stringify(made)))]));
  }

  it('gets a test alert through to each sink of each Region, topics of others included', async () => {
    const findings = await rehearseDelivery(policy, templates);
    expect(findings.map(({ level }) => level)).toEqual(Array.from({ length: 6 }, () => 'ok'));
  });

  it('tells the sink that is not reached, and what stands in the way', async () => {
    const closed = changed((text) =>
      text.replaceAll('secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'),
    );
    const problems = (await rehearseDelivery(policy, closed)).filter(({ level }) => level === 'problem');
    expect(problems.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^oncall did not .* us-east-1 .*AccessDenied/),
      expect.stringMatching(/^ops did not .* us-east-1 .*AccessDenied/),
      expect.stringMatching(/^oncall did not .* us-west-2 .*AccessDenied/),
      expect.stringMatching(/^ops did not .* us-west-2 .*AccessDenied/),
    ]);
  });
});
