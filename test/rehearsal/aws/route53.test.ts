import { describe, expect, it } from '@jest/globals';
import { DnsResolver } from '../../../rehearsal/aws/dns-resolver.ts';
import { addressOf, Route53 } from '../../../rehearsal/aws/route53.ts';
import { endpointVoteName } from '../../../shared/failover/names.ts';
import { tokenKeyOf, tokenText } from '../../../shared/failover/switch.ts';
import { failoverStand, policy } from '../failover-stand.ts';
import { testKernel } from './stand.ts';

const { service, drill, targets } = policy.failover.records;
if (targets.type !== 'alias') throw new Error('the policy has targets of another type');
const primary = addressOf(targets.primary.dnsName);
const standby = addressOf(targets.standby.dnsName);
const { standby: home, endpoints } = {
  standby: policy.regions.standby,
  endpoints: policy.failover.endpoints,
};
const { witness } = policy.failover;

function settled(spoil?: (template: string) => string) {
  const stand = failoverStand(spoil);
  const { simulated, passSeconds } = stand;
  const where = (name = service) => simulated.route53.answer(name, 'A')?.value;
  const object = (region: string) => ({
    Bucket: `aeon-ops-switch-${stand.kernel.account}-${region}`,
    Key: tokenKeyOf('service'),
  });
  const by = (region: string) => ({ principal: { kind: 'scenario' }, region }) as const;
  const put = (region: string) =>
    simulated.s3.operations.PutObject({ ...object(region), Body: tokenText }, by(region));
  const remove = (region: string) => simulated.s3.operations.DeleteObject(object(region), by(region));
  passSeconds(600);
  where();
  return { ...stand, where, put, remove };
}

describe('the simulated Route 53, on the templates', () => {
  it('has new inverted checks say unhealthy, so that traffic would go to the standby at first', () => {
    const { simulated, passSeconds } = failoverStand();
    expect(simulated.route53.answer(service, 'A')?.value).toBe(standby);
    passSeconds(40);
    expect(simulated.route53.answer(service, 'A')?.value).toBe(primary);
  });

  it.each([home, witness])(
    'moves traffic for a token in %s alone, within 40 s and not before 20',
    (region) => {
      const { where, put, passSeconds } = settled();
      expect(where()).toBe(primary);
      put(region);
      passSeconds(20);
      expect(where()).toBe(primary);
      passSeconds(20);
      expect(where()).toBe(standby);
      expect(where(drill)).toBe(primary);
    },
  );

  it('moves traffic back only when both tokens are gone', () => {
    const { where, put, remove, passSeconds } = settled();
    put(home);
    put(witness);
    passSeconds(40);
    remove(home);
    passSeconds(600);
    expect(where()).toBe(standby);
    remove(witness);
    passSeconds(40);
    expect(where()).toBe(primary);
  });

  it.each([home, witness])('keeps traffic with the standby when the bucket in %s is lost', (region) => {
    const { where, put, dark, passSeconds } = settled();
    put(home);
    put(witness);
    passSeconds(40);
    dark.add(region);
    passSeconds(600);
    expect(where()).toBe(standby);
  });

  it('has a bucket that cannot be read count as one without a token: one token alone would not hold', () => {
    const { where, put, dark, passSeconds } = settled();
    put(home);
    passSeconds(40);
    dark.add(home);
    passSeconds(60);
    expect(where()).toBe(primary);
  });

  it('works while the primary Region is dark, and says so by DNS', () => {
    const { simulated, where, put, dark, passSeconds } = settled();
    const vote = () => simulated.route53.answer(endpointVoteName(policy.failover), 'TXT');
    expect(vote()).toEqual({ value: 'up', ttlSeconds: 10 });
    dark.add(policy.regions.primary);
    passSeconds(40);
    expect(vote()?.value).toBe('down');
    expect(where()).toBe(primary);
    put(home);
    passSeconds(40);
    expect(where()).toBe(standby);
  });

  it('sees an endpoint that is silent, or says something else, as down', () => {
    const { simulated, passSeconds } = settled();
    const vote = () => simulated.route53.answer(endpointVoteName(policy.failover), 'TXT')?.value;
    const { primary: host, readyPath, body } = endpoints;
    const serve = (answer: { status: number; body: string } | 'silent') => {
      simulated.endpoints.serve(policy.regions.primary, host, readyPath, answer);
      passSeconds(40);
      return vote();
    };
    expect(serve('silent')).toBe('down');
    expect(serve({ status: 200, body })).toBe('up');
    expect(serve({ status: 200, body: 'starting' })).toBe('down');
    expect(serve({ status: 503, body })).toBe('down');
  });

  it('lets the canary tell that checkers are shut out, which a missing token does not', () => {
    const well = settled();
    expect(well.simulated.route53.isHealthy(well.checkOf('Canarystandby'))).toBe(true);
    const shut = settled((template) =>
      template.replaceAll(/"(54|107|176|177)\.[\d.]+\/26"/g, '"192.0.2.0/26"'),
    );
    expect(shut.simulated.route53.isHealthy(shut.checkOf('Canarystandby'))).toBe(false);
    expect(shut.where()).toBe(primary);
  });

  it('has no control plane', () => {
    expect([...settled().simulated.services.keys()]).not.toContain('route53');
  });
});

describe('the simulated Route 53', () => {
  const world = { fetch: () => undefined, isDark: () => false, isHost: () => false };
  const name = 'check';

  it('takes a disabled check for healthy, whatever it would see', () => {
    const kernel = testKernel();
    const route53 = new Route53(kernel, world);
    const config = { Type: 'CALCULATED', ChildHealthChecks: [], HealthThreshold: 1 };
    const check = (id: string, more: object) =>
      route53.createHealthCheck({
        region: home,
        name: id,
        properties: { HealthCheckConfig: { ...config, ...more } },
      });
    check('enabled', {});
    check('disabled', { Disabled: true });
    check('inverted', { Inverted: true });
    expect([
      route53.isHealthy('enabled'),
      route53.isHealthy('disabled'),
      route53.isHealthy('inverted'),
    ]).toEqual([false, true, true]);
  });

  it('refuses what it does not simulate, and a primary record without a check', () => {
    const route53 = new Route53(testKernel(), world);
    const record = {
      HostedZoneId: 'Z1',
      Name: 'a.example.com',
      Type: 'CNAME',
      TTL: '60',
      ResourceRecords: ['b.example.com'],
      SetIdentifier: 'primary',
      Failover: 'PRIMARY',
    };
    const create = (properties: object) => () =>
      route53.createRecordSet({ region: home, name, properties: { ...properties } });
    expect(create(record)).toThrow('no primary failover record without a health check');
    expect(create({ ...record, HealthCheckId: 'none' })).toThrow("no health check 'none'");
    expect(create({ ...record, Weight: 1 })).toThrow('cannot simulate AWS::Route53::RecordSet');
    const evaluated = { DNSName: 'b', HostedZoneId: 'Z2', EvaluateTargetHealth: true };
    const { TTL: _ttl, ResourceRecords: _records, ...common } = record;
    expect(create({ ...common, Type: 'A', AliasTarget: evaluated })).toThrow('cannot simulate');
  });
});

describe('a resolver', () => {
  it('keeps an answer for its TTL, or longer if it is that kind', () => {
    const { kernel, simulated, put, passSeconds } = settled();
    const honest = new DnsResolver(kernel, simulated.route53);
    const stubborn = new DnsResolver(kernel, simulated.route53, 600);
    put(home);
    passSeconds(30);
    expect([honest.resolve(service, 'A'), stubborn.resolve(service, 'A')]).toEqual([primary, primary]);
    passSeconds(50);
    expect(honest.resolve(service, 'A')).toBe(primary);
    passSeconds(10);
    expect([honest.resolve(service, 'A'), stubborn.resolve(service, 'A')]).toEqual([standby, primary]);
    passSeconds(540);
    expect(stubborn.resolve(service, 'A')).toBe(standby);
  });

  it('knows hosts that are there, and no name that is not', () => {
    const { kernel, simulated } = settled();
    const resolver = new DnsResolver(kernel, simulated.route53);
    expect(resolver.resolve(endpoints.primary, 'A')).toBe(addressOf(endpoints.primary));
    expect(resolver.resolve('nobody.example.com', 'A')).toBeUndefined();
  });
});
