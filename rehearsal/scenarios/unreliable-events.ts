import type { PlatformImage } from '../aws/ecr-push-index.ts';
import type { ScanFinding } from '../aws/ecr-scan.ts';
import type { Disturbance } from '../aws/eventbridge.ts';
import type { Random } from '../random.ts';
import type { Scenario, Stage } from '../scenario.ts';

/**
 * Two nights of pushes, of which the events of ECR and Amazon Inspector tell only half: four in ten are lost, and the
 * others come late or twice, in no order. Every verdict is right in the end all the same, for the sweep asks ECR itself.
 * It also has basic scanning look again every day, which finds what became known after a push, and misses the copy that
 * ECR never makes.
 */
export const unreliableEvents: Scenario = {
  name: 'unreliable-events',
  summary:
    'pushes whose events are lost, late and doubled; daily scans and a missing copy, all found by the sweep',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-25T06:00:00Z'),
  play(stage) {
    const random = stage.random.fork('events');
    stage.faults.disturb = ({ source }) => (isAboutImages(source) ? disturbance(random) : undefined);
    pushes(stage);
  },
};

/** The same story with events that all arrive in time, once: what the other one has to come to. */
export const reliableEvents: Scenario = {
  ...unreliableEvents,
  name: 'reliable-events',
  summary: 'the pushes of unreliable-events, with every event in time',
  play: pushes,
};

function isAboutImages(source: string): boolean {
  return source === 'aws.ecr' || source === 'aws.inspector2';
}

const minutes = 60_000;

function disturbance(random: Random): Disturbance {
  if (random.next() < 0.4) return { drop: true };
  const copies = random.next() < 0.3 ? 2 : 1;
  const delayMs = Array.from({ length: copies }, () =>
    random.next() < 0.5 ? 0 : Math.round(random.next() * 40) * minutes,
  );
  return { copies, delayMs };
}

function pushes(stage: Stage): void {
  const { policy, account, random, at } = stage;
  const { ecr } = account;
  const { primary, registry: regions } = policy.regions;
  ecr.replicate({ from: primary, to: regions.filter((region) => region !== primary) });
  for (const region of regions) ecr.scanning(region, region === 'us-west-2' ? 'enhanced' : 'basic');

  const push = (service: string, word: string, platforms: readonly (readonly ScanFinding[])[]) => {
    const tags = [`${service}-${word}-3.4.0-${random.uuid().slice(0, 8)}`];
    return ecr.pushIndex(primary, service, { tags, platforms: platforms.map(platformImage) });
  };
  at('00:20', () => push('aeon-dt-api', 'prod', [[], []]));
  at('00:40', () => push('aeon-dt-api', 'staging', [[finding('HIGH', 'CVE-2026-30001')], []]));
  at('01:00', () => push('aeon-dt-worker', 'prod', [[], [finding('CRITICAL', 'CVE-2026-30002')]]));
  at('01:30', () => push('aeon-dt-openspg', 'dev', [[finding('MEDIUM', 'CVE-2026-30003')]]));
  at('02:00', () => {
    const tags = ['aeon-dt-api-dev-latest'];
    const first = ecr.push(primary, 'aeon-dt-api', { tags });
    stage.kernel.after(50 * minutes, () => {
      ecr.push(primary, 'aeon-dt-api', { tags });
    });
    ecr.vulnerabilities.markUnsupported(first);
  });
  missingCopy(stage);
  at('03:00', () => {
    const { images } = push('aeon-dt-database-backup', 'prod', [[], []]);
    stage.kernel.after(4 * 60 * minutes, () =>
      ecr.vulnerabilities.add({
        ...finding('CRITICAL', 'CVE-2026-39999'),
        digests: Object.values(images).slice(0, 1),
      }),
    );
  });
}

/** A copy stalls, until somebody pushes the image again. */
function missingCopy({ account: { ecr }, policy, faults, at }: Stage): void {
  const { primary } = policy.regions;
  let digest = '';
  at('02:30', () => {
    digest = ecr.push(primary, 'aeon-dt-worker', { tags: ['aeon-dt-worker-staging-3.4.1-77aa01c2'] });
    faults.replication = (copy) => (copy.digest === digest && copy.to === 'eu-west-1' ? 'stalls' : undefined);
  });
  at('04:50', () => {
    faults.replication = undefined;
  });
  at('05:00', () => ecr.pushAgain(primary, 'aeon-dt-worker', digest));
}

function platformImage(findings: readonly ScanFinding[], index: number): PlatformImage {
  return { platform: index === 0 ? 'linux/amd64' : 'linux/arm64', findings };
}

function finding(severity: ScanFinding['severity'], id: string): ScanFinding {
  return { id, severity, packageName: 'openssl', fixedIn: '3.0.18' };
}
