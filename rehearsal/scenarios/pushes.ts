import type { PlatformImage } from '../aws/ecr-push-index.ts';
import type { ImageConfig } from '../aws/oci-image.ts';
import type { Scenario, Stage } from '../scenario.ts';

/**
 * A morning on which almost everybody pushes something that is not as it should be. What is pushed well is told to
 * nobody; what is wrong is told once, however often its event comes, and its end is told too.
 */
export const pushes: Scenario = {
  name: 'pushes',
  summary: 'pushes with a wrong tag, too much weight, a platform too few, root, secrets, and a lost replica',
  from: new Date('2026-11-24T08:00:00Z'),
  to: new Date('2026-11-24T13:00:00Z'),
  play(stage) {
    const { policy, account } = stage;
    const { primary, registry: regions } = policy.regions;
    account.ecr.replicate({ from: primary, to: regions.filter((region) => region !== primary) });
    for (const region of regions) account.ecr.scanning(region, 'basic');

    const push = (service: string, tags: readonly string[], of: Content = {}): string =>
      account.ecr.pushIndex(primary, service, { tags, platforms: platformsOf(of) }).digest;

    stage.at('00:05', () => push('aeon-dt-api', ['aeon-dt-api-prod-3.3.0-0c5a1e77']));
    stage.at('00:15', () => push('aeon-dt-api', ['aeon-dt-api-dev-latest']));

    stage.at('00:30', () => push('aeon-dt-api', ['3.3.0-0c5a1e78']));
    stage.at('00:40', () => push('aeon-dt-api', ['aeon-dt-worker-prod-3.3.0-0c5a1e79']));
    stage.at('00:50', () => push('aeon-dt-worker', ['aeon-dt-worker-staging-3.4.0-rc1']));
    stage.at('01:00', () => {
      const careless = { config: { User: '', Healthcheck: { Test: ['NONE'] } }, layerSizes: [135_000_000] };
      push('aeon-dt-worker', ['aeon-dt-worker-staging-3.3.0-rc2'], careless);
    });
    stage.at('01:10', () => {
      push('aeon-dt-openspg', ['aeon-dt-openspg-prod-3.3.0-51d0c3aa'], { platforms: ['linux/amd64'] });
    });
    stage.at('01:20', () => {
      const tags = ['aeon-dt-database-backup-prod-3.3.0-9be81f02'];
      push('aeon-dt-database-backup', tags, { config: leaky, layerSizes: [31_000_000] });
    });

    lostReplica(stage, push);
    threeTimes(stage, push);
    crash(stage, push);
  },
};

type PushImage = (service: string, tags: readonly string[], of?: Content) => string;

interface Content {
  readonly platforms?: readonly string[];
  readonly config?: ImageConfig;
  /** Compressed, in bytes. */
  readonly layerSizes?: readonly number[];
}

function platformsOf({ platforms = ['linux/amd64', 'linux/arm64'], config, layerSizes }: Content) {
  return platforms.map(
    (platform): PlatformImage => ({
      platform,
      config: { Labels: { version: '3.3.0' }, ...config },
      ...(layerSizes && { layerSizes }),
    }),
  );
}

/** A token of the package manager as a build argument, and a password in the environment. */
const leaky: ImageConfig = {
  Env: ['PATH=/usr/bin', 'BACKUP_PASSWORD=correct-horse-battery-staple'],
  history: [
    { created_by: 'WORKDIR /app', empty_layer: true },
    { created_by: 'RUN |1 NPM_TOKEN=npm_correcthorse /bin/sh -c npm ci # buildkit' },
    { created_by: 'ENV BACKUP_PASSWORD=correct-horse-battery-staple', empty_layer: true },
  ],
};

const minutes = 60_000;

/**
 * The copy in Ireland fails. The event comes twice, the second time after that, and again when the image was pushed
 * anew and has arrived.
 */
function lostReplica(stage: Stage, push: PushImage): void {
  const { account, policy, faults } = stage;
  const tag = 'aeon-dt-api-prod-3.3.0-77aa01bc';
  let digest = '';
  stage.at('01:30', () => {
    faults.replication = ({ to, repository }) =>
      to === 'eu-west-1' && repository === 'aeon-dt-api' ? 'fails' : undefined;
    faults.disturb = ({ detail }) =>
      detail['image-tag'] === tag ? { copies: 2, delayMs: [0, 40 * minutes] } : undefined;
    digest = push('aeon-dt-api', [tag]);
  });
  stage.at('02:20', () => {
    faults.replication = undefined;
    account.ecr.pushAgain(policy.regions.primary, 'aeon-dt-api', digest);
  });
}

/** Every event of one push comes three times at once. */
function threeTimes(stage: Stage, push: PushImage): void {
  const tag = 'aeon-dt-worker-prod-latest';
  stage.at('03:10', () => {
    stage.faults.disturb = ({ detail }) => (detail['image-tag'] === tag ? { copies: 3 } : undefined);
    push('aeon-dt-worker', [tag]);
  });
  stage.at('03:20', () => {
    stage.faults.disturb = undefined;
  });
}

/** inspect-push dies between its record and what it tells. Lambda tries again. */
function crash(stage: Stage, push: PushImage): void {
  let died = false;
  stage.at('03:30', () => {
    stage.faults.crash = ({ function: name, operation }) => {
      if (died || name !== 'aeon-ops-inspect-push' || operation !== 'events:PutEvents') return false;
      died = true;
      return true;
    };
    push('aeon-dt-openspg', ['aeon-dt-openspg-dev-3.3.0-51d0c3ab'], { config: { User: 'root' } });
  });
  stage.at('03:50', () => {
    stage.faults.crash = undefined;
  });
}
