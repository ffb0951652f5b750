import type { ScanFinding } from '../aws/ecr-scan.ts';
import { AwsError } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { AdmissionDesk } from './admission-desk.ts';

/**
 * What may run and what not, as two clusters and a pipeline are told it: through a verdict that turns bad, break-glass
 * and its end, a failover, an unreadable table and a new token. us-west-2 has enhanced scanning and the others basic.
 */
export const admission: Scenario = {
  name: 'admission',
  summary:
    'clusters and a pipeline ask whether images may run: block, unknown, break-glass, failover, rotation',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-24T06:30:00Z'),
  policy: ({ images, ...others }) => ({
    ...others,
    images: { ...images, admission: { ...images.admission, mode: 'act' } },
  }),
  play(stage) {
    const { policy, account } = stage;
    const { primary, registry: regions } = policy.regions;
    account.ecr.replicate({ from: primary, to: regions.filter((region) => region !== primary) });
    for (const region of regions) account.ecr.scanning(region, region === 'us-west-2' ? 'enhanced' : 'basic');
    const desk = new AdmissionDesk(stage, firstToken);

    stage.at('00:05', () => {
      desk.release('aeon-dt-api', '3.4.0', []);
      desk.release('aeon-dt-worker', '3.4.0', [blocking]);
      desk.release('aeon-dt-openspg', '2.0.0', []);
    });
    deployments(stage, desk);
    breakGlass(stage, desk);
    failover(stage, desk);
    running(stage, desk);
    unreadable(stage, desk);
    rotation(stage, desk);
  },
};

const blocking: ScanFinding = { id: 'CVE-2026-40001', severity: 'CRITICAL', packageName: 'openssl' };

/** Found in the API while it runs. */
const newlyFound: ScanFinding = { id: 'CVE-2026-60001', severity: 'CRITICAL', packageName: 'nodejs' };

const firstToken = '1a'.repeat(32);
const secondToken = '2b'.repeat(32);

/** A digest that nobody has ever pushed. */
const unheardOf = `aeon-dt-api@sha256:${'0'.repeat(64)}`;

function deployments(stage: Stage, desk: AdmissionDesk): void {
  stage.at('01:00', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-api')));
  stage.at('01:05', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-worker')));
  stage.at('01:10', () => desk.deploy('us-east-1', 'production', unheardOf));
  stage.at('01:15', () => desk.deploy('us-east-1', 'development', unheardOf));
  stage.at('01:20', () =>
    desk.deploy('us-east-1', 'production', 'aeon-dt-api:aeon-dt-api-prod-3.4.0-c0ffee00'),
  );
  stage.at('01:25', () => desk.deploy('us-east-1', 'kube-system', desk.image('aeon-dt-worker')));
  stage.at('01:30', () => desk.ask('aeon-dt-api:aeon-dt-api-prod-3.4.0-c0ffee00'));
  stage.at('01:35', () => desk.ask('aeon-dt-worker:aeon-dt-worker-prod-3.4.0-c0ffee00'));
  stage.at('01:40', () => {
    desk.release('aeon-dt-database-backup', '1.0.0', []);
    desk.deploy('us-east-1', 'production', desk.image('aeon-dt-database-backup'));
  });
}

/** The worker may run for two hours because a person says so, and then no longer. */
function breakGlass(stage: Stage, desk: AdmissionDesk): void {
  stage.at('02:00', () =>
    desk.allow(desk.image('aeon-dt-worker'), '2h', 'the fix breaks the import of models'),
  );
  stage.at('02:05', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-worker')));
  stage.at('02:10', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-worker')));
  stage.at('04:01', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-worker')));
}

/** us-east-1 goes dark just after something was found in the API: the standby has to run the release that there is. */
function failover(stage: Stage, desk: AdmissionDesk): void {
  stage.at('02:30', () =>
    stage.account.ecr.vulnerabilities.add({ ...newlyFound, digests: desk.parts('aeon-dt-api') }),
  );
  stage.at('03:00', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
  stage.at('03:03', () => {
    stage.faults.callFails = ({ region }) =>
      region === 'us-east-1' ? new AwsError('ServiceUnavailable', 'us-east-1 is dark', 503) : undefined;
    desk.interlock('us-west-2', 'failover');
  });
  stage.at('03:04', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-openspg')));
  stage.at('03:06', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
  stage.at('03:08', () => desk.deploy('us-west-2', 'production', unheardOf));
  stage.at('03:10', () => {
    stage.faults.callFails = undefined;
    desk.interlock('us-west-2', undefined);
  });
  stage.at('03:12', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
}

/** What an inventory saw running in one cluster may be started there again. */
function running(stage: Stage, desk: AdmissionDesk): void {
  stage.at('03:30', () => desk.inventory('us-east-1', desk.image('aeon-dt-api')));
  stage.at('03:35', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-api')));
  stage.at('03:40', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
}

function unreadable(stage: Stage, desk: AdmissionDesk): void {
  stage.at('04:30', () => {
    stage.faults.callFails = ({ region, caller, service }) =>
      region === 'us-east-1' && caller === 'aeon-ops-admit-pods' && service === 'dynamodb'
        ? new AwsError('InternalServerError', 'internal', 500)
        : undefined;
    desk.deploy('us-east-1', 'production', desk.image('aeon-dt-openspg'));
    desk.deploy('us-east-1', 'development', desk.image('aeon-dt-openspg'));
    desk.deploy('us-east-1', 'staging', desk.image('aeon-dt-openspg'));
  });
  stage.at('04:40', () => {
    stage.faults.callFails = undefined;
  });
}

/** A second token beside the first, the cluster moved to it, and the first taken away. */
function rotation(stage: Stage, desk: AdmissionDesk): void {
  const deploy = (token: string): void =>
    desk.deploy('us-east-1', 'production', desk.image('aeon-dt-openspg'), token);
  stage.at('05:00', () => desk.setTokens(firstToken, secondToken));
  stage.at('05:10', () => deploy(firstToken));
  stage.at('05:11', () => deploy(secondToken));
  stage.at('05:20', () => desk.setTokens(secondToken));
  stage.at('05:30', () => deploy(firstToken));
  stage.at('05:31', () => deploy(secondToken));
}
