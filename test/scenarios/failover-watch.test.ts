import { describe, expect, it, jest } from '@jest/globals';
import { templatesOf } from '../../infra/kept-templates.ts';
import { failoverTableName } from '../../infra/names.ts';
import opsPolicy from '../../ops.config.ts';
import { entriesOf } from '../../rehearsal/invariants/invariant.ts';
import { nothingIsDenied } from '../../rehearsal/invariants/nothing-is-denied.ts';
import { type Run, rehearse } from '../../rehearsal/rehearsal.ts';
import type { Scenario, Stage } from '../../rehearsal/scenario.ts';
import { checkPolicy } from '../../shared/policy/check.ts';

/** Virtual minutes, but real seconds, and more of them on a busy machine. */
jest.setTimeout(60_000);

const policy = checkPolicy(opsPolicy);
const { regions, failover } = policy;
const voices = ['aeon-ops-probe-endpoint', 'aeon-ops-hear-checkers'];

/** The failover, what it stands on, and what tells people in the standby Region: the rest would only take time. */
const templates = new Map(
  [...(await templatesOf(policy))].filter(([stack]) =>
    /-(failover|base)-|-alerts-us-west-2|-images-us-east-1$/.test(stack),
  ),
);

function story(to: string, play: (stage: Stage) => void): Scenario {
  return {
    name: 'failover-watch',
    summary: 'minutes of watching the primary Region',
    watchesFailover: true,
    from: new Date('2026-11-24T03:00:00Z'),
    to: new Date(`2026-11-24T${to}Z`),
    play,
  };
}

const play = (to: string, what: (stage: Stage) => void = () => undefined): Promise<Run> =>
  rehearse(story(to, what), { seed: 1, templates });

function votesOf(run: Run, voice: string): { endpoint: string; canary?: string; at: number }[] {
  return run.account.dynamodb
    .peek(failoverTableName, regions.standby)
    .filter((item) => item.of?.S === `vote/${voice}`)
    .map((item) => JSON.parse(item.record?.S ?? ''));
}

/** What the voice last saw. */
function lastOf(run: Run, voice: string) {
  return votesOf(run, voice).toSorted((one, other) => other.at - one.at)[0];
}

function toldIn(run: Run): string[] {
  return entriesOf(run, 'message')
    .filter(({ entry }) => entry.sink === 'slack:C0AEONCALL1')
    .map(({ entry }) => entry.text);
}

describe('the watch over the primary Region', () => {
  it('has three voices, sees all well, and is allowed what it does', async () => {
    const run = await play('03:04:00');
    for (const voice of ['standby-probe', 'witness-probe', 'route-53']) {
      expect(lastOf(run, voice)).toMatchObject({ endpoint: 'up' });
      expect(votesOf(run, voice).length).toBeGreaterThan(12);
    }
    expect(nothingIsDenied.check(run).violations).toEqual([]);
    expect(toldIn(run)).toEqual([]);
  });

  it('tells of a Region that is dark, and calls nothing there and nothing of the control plane of Route 53', async () => {
    const run = await play('03:07:00', ({ at, faults }) =>
      at('00:01', () => {
        faults.isDark = (region) => region === regions.primary;
      }),
    );
    expect(lastOf(run, 'standby-probe')).toMatchObject({ endpoint: 'down', canary: 'down' });
    expect(lastOf(run, 'witness-probe')).toMatchObject({ endpoint: 'down', canary: 'down' });
    expect(lastOf(run, 'route-53')).toMatchObject({ endpoint: 'down' });
    expect(toldIn(run)).toEqual([
      expect.stringContaining('May be down: us-east-1'),
      expect.stringContaining('shall the platform fail over?: us-east-1'),
    ]);
    const calls = entriesOf(run, 'call').filter(({ entry }) => voices.includes(entry.caller));
    expect(calls.length).toBeGreaterThan(50);
    expect(new Set(calls.map(({ entry }) => entry.region))).toEqual(new Set([regions.standby]));
    expect(new Set(calls.map(({ entry }) => entry.service))).not.toContain('route53');
    expect(nothingIsDenied.check(run).violations).toEqual([]);
  });

  it('takes a bad deployment for one', async () => {
    const run = await play('03:07:00', ({ at, account: { endpoints } }) =>
      at('00:01', () =>
        endpoints.serve(regions.primary, failover.endpoints.primary, failover.endpoints.readyPath, {
          status: 503,
          body: '',
        }),
      ),
    );
    expect(lastOf(run, 'witness-probe')).toMatchObject({ endpoint: 'down', canary: 'up' });
    expect(toldIn(run).at(-1)).toContain('shall the platform fail over?');
    const [asked] = run.account.dynamodb
      .peek(failoverTableName, regions.standby)
      .filter((item) => item.of?.S === 'approval');
    expect(asked?.at?.S).toBe('failover-1');
  });

  it('is outvoted where one Region alone does not reach the primary', async () => {
    const run = await play('03:05:00', ({ at, faults }) =>
      at('00:01', () => {
        faults.network = {
          isCut: (from, to) => from === regions.standby && to === regions.primary,
        };
      }),
    );
    expect(lastOf(run, 'standby-probe')).toMatchObject({ endpoint: 'down', canary: 'down' });
    expect(lastOf(run, 'witness-probe')).toMatchObject({ endpoint: 'up' });
    expect(toldIn(run)).toEqual([]);
  });

  it('tells of a voice that hears nothing, and goes on by the two others', async () => {
    const run = await play('03:06:00', ({ at, faults }) =>
      at('00:01', () => {
        faults.network = {
          dnsFails: (region) => region === regions.standby,
          hostFails: (host) => (host === failover.endpoints.primary ? 'slow' : undefined),
        };
      }),
    );
    expect(lastOf(run, 'route-53')).toMatchObject({ endpoint: 'blind' });
    expect(lastOf(run, 'standby-probe')).toMatchObject({ endpoint: 'down', canary: 'up' });
    const told = entriesOf(run, 'message').map(({ entry }) => entry.text);
    expect(told).toContainEqual(expect.stringContaining('One of three voices is blind'));
    expect(told).toContainEqual(expect.stringContaining('shall the platform fail over?'));
  });

  it('alarms when the votes cannot be written', async () => {
    const run = await play('03:14:00', ({ at, faults }) =>
      at('00:01', () => {
        faults.network = { isCut: (from) => from === failover.witness };
      }),
    );
    const alarms = entriesOf(run, 'alarm').map(({ entry }) => `${entry.name} ${entry.region} ${entry.to}`);
    expect(alarms).toContain(`aeon-ops-probe-endpoint-errors ${failover.witness} ALARM`);
  });

  it('lets no voice write for another', async () => {
    const stolen = structuredClone(templates);
    for (const { template } of [...stolen.values()]) {
      for (const resource of Object.values(template.Resources)) {
        const variables: unknown = Reflect.get(resource.Properties?.Environment ?? {}, 'Variables');
        if (
          typeof variables === 'object' &&
          variables !== null &&
          Reflect.get(variables, 'VOICE') === 'witness-probe'
        ) {
          Reflect.set(variables, 'VOICE', 'standby-probe');
        }
      }
    }
    const run = await rehearse(
      story('03:03:00', () => undefined),
      { seed: 1, templates: stolen },
    );
    const [first] = nothingIsDenied.check(run).violations;
    expect(first).toMatch(/PutItem/);
    expect(votesOf(run, 'witness-probe')).toEqual([]);
  });
});
