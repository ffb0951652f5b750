import type { Policy } from '../../shared/policy/schema.ts';
import type { ScanFinding } from '../aws/ecr-scan.ts';
import type { Workload } from '../aws/kubernetes.ts';
import { AwsError } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { AdmissionDesk } from './admission-desk.ts';

/**
 * A day and a half with images that must not run. At first the policy has them observed, and nothing is touched; then it acts.
 * us-west-2 has enhanced scanning and the others basic.
 */
export const images: Scenario = {
  name: 'images',
  summary:
    'blocked images: observed, quarantined in three Regions, re-pushed, waived, in use, overdue, replaced',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-25T10:40:00Z'),
  policy: (given) => ({
    ...given,
    images: {
      ...given.images,
      mode: 'observe',
      quarantine: {
        keepGoodReleases: 1,
        fixWithinDays: { ...given.images.quarantine.fixWithinDays, CRITICAL: 1 },
      },
    },
  }),
  play(stage) {
    const { policy, account } = stage;
    const { primary, registry: regions } = policy.regions;
    account.ecr.replicate({ from: primary, to: regions.filter((region) => region !== primary) });
    for (const region of regions) account.ecr.scanning(region, region === 'us-west-2' ? 'enhanced' : 'basic');
    const desk = new AdmissionDesk(stage, '1a'.repeat(32));

    observeFirst(stage, desk);
    stage.at('02:00', () => stage.redeploy(acting));
    rePush(stage);
    waiver(stage);
    stage.at('05:30', () => desk.release('aeon-dt-worker', '2.0.1', []));
    oneBadPlatform(stage);
    runningImage(stage, desk);
    blindness(stage);
    darkRegion(stage, desk);
  },
};

const blocking: ScanFinding = { id: 'CVE-2026-70001', severity: 'CRITICAL', packageName: 'openssl' };

/** Found in the API while it runs. */
const newlyFound: ScanFinding = { id: 'CVE-2026-70002', severity: 'CRITICAL', packageName: 'nodejs' };

function acting({ images: given, ...others }: Policy): Policy {
  return { ...others, images: { ...given, mode: 'act' } };
}

function observeFirst(stage: Stage, desk: AdmissionDesk): void {
  stage.at('00:05', () => {
    desk.release('aeon-dt-api', '1.0.0', []);
    deployApi(stage, desk);
  });
  stage.at('00:10', () => desk.release('aeon-dt-worker', '2.0.0', [blocking]));
}

/** A pipeline pushes the quarantined image once more, and somebody does so in another Region. It comes back there. */
function rePush(stage: Stage): void {
  const { account, policy } = stage;
  const again = (region: string): void => {
    const worker = account.ecr
      .imagesIn(region)
      .find(({ image }) => image.tags.includes('aeon-dt-worker-prod-2.0.0-c0ffee00'));
    if (worker !== undefined) account.ecr.pushAgain(region, 'aeon-dt-worker', worker.image.digest);
  };
  stage.at('03:00', () => again(policy.regions.primary));
  stage.at('03:20', () => again(policy.regions.standby));
}

/** Somebody accepts what was found in the worker, for a day. */
function waiver(stage: Stage): void {
  const accepted: Policy['waivers'][number] = {
    id: blocking.id,
    repositories: ['aeon-dt-worker'],
    owner: 'platform',
    reason: 'the package is not reachable from outside',
    expires: '2026-11-24',
    lapsesOnFix: false,
  };
  stage.at('04:00', () =>
    stage.redeploy(({ waivers, ...others }) => ({ ...others, waivers: [...waivers, accepted] })),
  );
}

function oneBadPlatform(stage: Stage): void {
  const { account, policy } = stage;
  stage.at('06:00', () => {
    account.ecr.pushIndex(policy.regions.primary, 'aeon-dt-openspg', {
      tags: ['aeon-dt-openspg-prod-4.0.0-c0ffee00'],
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64', findings: [blocking] }],
    });
  });
  // The function dies between its archive call and the note that it was made.
  let died = false;
  stage.at('05:59', () => {
    stage.faults.crash = ({ function: name, operation, moment }) => {
      const isIt = name === 'aeon-ops-quarantine-image' && operation === 'ecr:UpdateImageStorageClass';
      if (died || !isIt || moment !== 'after') return false;
      died = true;
      return true;
    };
  });
  stage.at('06:50', () => {
    stage.faults.crash = undefined;
  });
}

/** Held while it runs, paged when its time is over, quarantined when it is replaced. */
function runningImage(stage: Stage, desk: AdmissionDesk): void {
  stage.at('08:00', () =>
    stage.account.ecr.vulnerabilities.add({ ...newlyFound, digests: desk.parts('aeon-dt-api') }),
  );
  stage.at('33:00', () => desk.release('aeon-dt-api', '1.0.1', []));
  stage.at('33:10', () => deployApi(stage, desk));
}

/** The Deployment names the release by its digest, in the registry of the cluster's own Region. */
function deployApi({ account, kernel, policy }: Stage, desk: AdmissionDesk): void {
  for (const source of policy.workloads.sources) {
    if (source.type !== 'eks') continue;
    const cluster = account.eks.cluster(source.region, source.cluster);
    const deployed = cluster.workloads.some(({ name }) => name === 'api');
    if (deployed) cluster.remove('Deployment', 'api');
    const registry = `${kernel.account}.dkr.ecr.${source.region}.amazonaws.com`;
    const workload: Workload = {
      kind: 'Deployment',
      namespace: 'production',
      name: 'api',
      images: [`${registry}/${desk.image('aeon-dt-api')}`],
    };
    cluster.add(workload);
  }
}

/** The clusters of us-east-1 cannot be asked for an hour: nothing is archived meanwhile, and people are told. */
function blindness(stage: Stage): void {
  const { account, policy, faults } = stage;
  stage.at('26:00', () => {
    faults.callFails = ({ region, service }) =>
      region === 'us-east-1' && service === 'eks'
        ? new AwsError('ServerException', 'the service is not well', 503)
        : undefined;
    account.ecr.pushIndex(policy.regions.primary, 'aeon-dt-database-backup', {
      tags: ['aeon-dt-database-backup-prod-1.0.0-c0ffee00'],
      platforms: ['linux/amd64', 'linux/arm64'].map((platform) => ({ platform, findings: [blocking] })),
    });
  });
  stage.at('27:00', () => {
    faults.callFails = undefined;
  });
}

/** Pods of the standby start while us-east-1 is dark. */
function darkRegion(stage: Stage, desk: AdmissionDesk): void {
  stage.at('29:26', () => {
    stage.faults.isDark = (region) => region === 'us-east-1';
    desk.interlock('us-west-2', 'failover');
  });
  stage.at('29:28', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-worker')));
  stage.at('29:29', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
  stage.at('29:31', () => {
    stage.faults.isDark = undefined;
    desk.interlock('us-west-2', undefined);
  });
}
