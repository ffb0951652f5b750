import type { ScanFinding } from '../aws/ecr-scan.ts';
import { AwsError } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { platformAlarm } from './platform-alarm.ts';

/**
 * An ordinary day with more than its share of trouble. Images are pushed in the primary Region and replicated to the
 * two others; us-west-2 has enhanced scanning and the others basic, so that each image is seen by both engines.
 */
export const day: Scenario = {
  name: 'day',
  summary: 'a day of pushes and scans by both engines, a sick Slack, alarms, and events lost, late and twice',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-25T00:00:00Z'),
  play(stage) {
    const images = registry(stage);
    failedBackup(stage);

    stage.at('00:20', () => images.release('aeon-dt-api', 'dev', '3.2.0', []));
    stage.at('01:05', () =>
      images.release('aeon-dt-worker', 'staging', '3.1.4', [high('CVE-2026-31337', 'libxml2')]),
    );
    stage.at('02:10', () =>
      images.release('aeon-dt-openspg', 'dev', '1.9.0', [medium('CVE-2026-20411', 'zlib')]),
    );

    criticalRelease(stage, images);
    stage.at('05:00', () => images.release('aeon-dt-openspg', 'staging', '1.9.1', undefined));
    lostEvent(stage, images);
    lateAndTwice(stage, images);
    newFindings(stage, images);
    alarmInTheNight(stage);
    hostileNames(stage);
    manyFindings(stage, images);
    sickSlack(stage, images);
    unreadableEvent(stage);
    unreachableTarget(stage);
    crash(stage, images);
    throttle(stage, images);
    stage.at('22:40', () =>
      images.release('aeon-dt-api', 'prod', '3.2.0', [low('CVE-2026-11880', 'busybox')]),
    );
  },
};

/** AWS Backup may not read a bucket in the night. In the morning a person mends that, and backs it up by hand. */
function failedBackup({ account, at, faults, kernel, policy }: Stage): void {
  const region = policy.regions.primary;
  const arn = 'arn:aws:s3:::aeon-dt-ontologies';
  const tags = { [policy.backups.tagKey]: 'application-data' };
  account.backup.resources.put({ arn, type: 'S3', region, tags, sizeInBytes: 3_000_000_000 });
  faults.backup = {
    backup: ({ rule }) =>
      rule === undefined
        ? undefined
        : { end: 'FAILED', message: 'Unable to perform s3:GetBucketVersioning.' },
  };
  at('09:20', () =>
    account.backup.operations.StartBackupJob(
      {
        BackupVaultName: 'aeon-ops-operational',
        ResourceArn: arn,
        IamRoleArn: `arn:aws:iam::${kernel.account}:role/aeon-ops-backup-${region}`,
        Lifecycle: { DeleteAfterDays: 7 },
      },
      { principal: { kind: 'scenario' }, region },
    ),
  );
}

/** A release that must not go out, and the one that mends it under the same digest's next scan. */
function criticalRelease(stage: Stage, images: Registry): void {
  const findings = [
    critical('CVE-2026-40001', 'openssl', '3.0.17'),
    critical('CVE-2026-40002', 'libcurl'),
    high('CVE-2026-31337', 'libxml2'),
  ];
  stage.at('03:12', () => images.release('aeon-dt-api', 'prod', '3.1.0', findings));
  stage.at('04:30', () => images.release('aeon-dt-api', 'prod', '3.1.1', []));
}

/** No event tells of this scan. The next sweep finds it. */
function lostEvent(stage: Stage, images: Registry): void {
  stage.at('06:15', () => {
    const digests = images.release('aeon-dt-worker', 'dev', '3.1.5', []);
    stage.faults.disturb = ({ detail }) =>
      digests.some((digest) => detail['image-digest'] === digest) && 'scan-status' in detail
        ? { drop: true }
        : undefined;
  });
  stage.at('07:30', () => {
    stage.faults.disturb = undefined;
  });
}

/** A finding was a mistake. The event of the first scan arrives after that of the second, and the second comes twice. */
function lateAndTwice(stage: Stage, images: Registry): void {
  const minutes = 60_000;
  const { ecr } = stage.account;
  stage.at('08:00', () => {
    stage.faults.disturb = (event) => {
      if (event['detail-type'] !== 'ECR Image Scan') return undefined;
      const counts = event.detail['finding-severity-counts'];
      const isFirst = typeof counts === 'object' && counts !== null && 'CRITICAL' in counts;
      return isFirst ? { delayMs: [40 * minutes] } : { copies: 2, delayMs: [0, 3000] };
    };
    const mistaken = critical('CVE-2026-50000', 'glibc');
    const digests = images.release('aeon-dt-worker', 'prod', '3.1.4', [mistaken]);
    stage.kernel.after(12 * minutes, () => {
      ecr.vulnerabilities.close(mistaken.id);
      for (const region of stage.policy.regions.registry) {
        const scanned = ecr.imagesIn(region).filter(({ image }) => image.scan?.engine === 'basic');
        for (const digest of digests.filter((each) => scanned.some(({ image }) => image.digest === each))) {
          ecr.completeScan(region, 'aeon-dt-worker', digest, { engine: 'basic', status: 'COMPLETE' });
        }
      }
    });
  });
  stage.at('09:00', () => {
    stage.faults.disturb = undefined;
  });
}

/** Amazon Inspector finds something new in an image that was clean, and tells each finding on its own. */
function newFindings(stage: Stage, images: Registry): void {
  stage.at('10:00', () => {
    const digests = images.digestsOf('aeon-dt-api', 'prod', '3.1.1');
    for (let index = 0; index < 6; index += 1) {
      const finding = critical(`CVE-2026-6000${index}`, 'nodejs', '24.11.2');
      stage.account.ecr.vulnerabilities.add({ ...finding, digests });
    }
  });
}

function alarmInTheNight(stage: Stage): void {
  const alarm = platformAlarm(
    stage,
    'us-east-1',
    'aeon-dt-api-5xx-rate',
    'More than 5 % of the answers of the API are errors.',
  );
  stage.at('11:40', () =>
    alarm.change(
      'ALARM',
      'Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (5.0).',
    ),
  );
  stage.at('12:20', () =>
    alarm.change('OK', 'Threshold Crossed: no datapoint was greater than the threshold (5.0).'),
  );
}

/** Whoever may name an alarm can put Slack's markup into its name and its description. */
function hostileNames(stage: Stage): void {
  const alarm = platformAlarm(
    stage,
    'us-east-1',
    'aeon-dt-<!channel> <https://evil.example|click here>',
    '<@U012AB3CD> <!here|look> see <https://evil.example/login|the runbook> & "act" *now*',
  );
  stage.at('12:40', () => alarm.change('ALARM', 'Threshold Crossed: <!everyone> 1 datapoint'));
  stage.at('12:55', () => alarm.change('OK', 'Threshold Crossed: <!everyone> no datapoint'));
}

/** More findings than a page of ECR has, the worst one last. */
function manyFindings(stage: Stage, images: Registry): void {
  stage.at('13:10', () =>
    images.release('aeon-dt-openspg', 'staging', '1.9.2', [
      ...Array.from({ length: 1200 }, (_, index) => low(`CVE-2025-${10_000 + index}`, 'linux-headers')),
      high('CVE-2026-90001', 'glibc'),
    ]),
  );
}

/** Slack answers 429 for ten minutes, then 500 for five, while there is much to tell. */
function sickSlack(stage: Stage, images: Registry): void {
  stage.at('14:00', () => {
    stage.slack.weather = 'busy';
    for (const service of ['aeon-dt-api', 'aeon-dt-worker', 'aeon-dt-openspg']) {
      images.release(service, 'staging', '3.2.0', [
        high('CVE-2026-70001', 'expat'),
        critical('CVE-2026-70002', 'libwebp'),
      ]);
    }
  });
  const alarm = platformAlarm(
    stage,
    'us-west-2',
    'aeon-dt-replica-lag',
    'The replica is more than 5 minutes behind.',
  );
  stage.at('14:04', () =>
    alarm.change('ALARM', 'Threshold Crossed: 1 datapoint was greater than the threshold (300.0).'),
  );
  stage.at('14:10', () => {
    stage.slack.weather = 'sick';
  });
  stage.at('14:12', () =>
    alarm.change('OK', 'Threshold Crossed: no datapoint was greater than the threshold (300.0).'),
  );
  stage.at('14:15', () => {
    stage.slack.weather = 'well';
  });
}

/** An event that says COMPLETE of no image. It is kept, and a person clears the queue. */
function unreadableEvent(stage: Stage): void {
  stage.at('16:00', () =>
    stage.account.eventBridge.emit({
      region: 'us-east-1',
      source: 'aws.ecr',
      detailType: 'ECR Image Scan',
      resources: [],
      detail: { 'scan-status': 'COMPLETE', 'repository-name': 'aeon-dt-api' },
    }),
  );
  stage.at('16:30', () => empty(stage, 'us-east-1', 'aeon-ops-judge-scan-dlq'));
}

/** EventBridge may not invoke the router for one event: it ends in the rule's dead-letter queue at once. */
function unreachableTarget(stage: Stage): void {
  const alarm = platformAlarm(
    stage,
    'us-west-2',
    'aeon-dt-worker-backlog',
    'The workers are behind with their queue.',
  );
  stage.at('17:00', () => {
    stage.faults.targetFails = (target) =>
      target.endsWith('route-alert')
        ? new AwsError('AccessDeniedException', 'the function is being replaced', 403)
        : undefined;
    alarm.change('ALARM', 'Threshold Crossed: 1 datapoint was greater than the threshold (1000.0).');
  });
  stage.at('17:01', () => {
    stage.faults.targetFails = undefined;
  });
  stage.at('17:20', () => empty(stage, 'us-west-2', 'aeon-ops-route-alert-delivery-dlq'));
  stage.at('17:25', () =>
    alarm.change('OK', 'Threshold Crossed: no datapoint was greater than the threshold (1000.0).'),
  );
}

/** judge-scan dies between its record and its announcement. Lambda tries again. */
function crash(stage: Stage, images: Registry): void {
  let died = false;
  stage.at('19:00', () => {
    images.release('aeon-dt-openspg', 'prod', '1.9.1', [critical('CVE-2026-80001', 'log4j', '2.26.0')]);
    stage.faults.crash = ({ function: name, operation, moment }) => {
      if (died || name !== 'aeon-ops-judge-scan' || operation !== 'events:PutEvents' || moment !== 'before')
        return false;
      died = true;
      return true;
    };
  });
  stage.at('19:30', () => {
    stage.faults.crash = undefined;
  });
}

/** ECR throttles the first calls for an image: the SDK's retries carry it. */
function throttle(stage: Stage, images: Registry): void {
  let left = 3;
  stage.at('21:30', () => {
    images.release('aeon-dt-api', 'staging', '3.2.1', [medium('CVE-2026-20411', 'zlib')]);
    stage.faults.callFails = ({ service }) => {
      if (service !== 'ecr' || left === 0) return undefined;
      left -= 1;
      return new AwsError('ThrottlingException', 'Rate exceeded', 400);
    };
  });
  stage.at('22:00', () => {
    stage.faults.callFails = undefined;
  });
}

interface Registry {
  /**
   * Pushes a release for all platforms of its service, and returns the digests of their images. Findings undefined: no
   * engine can look into it.
   */
  readonly release: (
    service: string,
    environment: string,
    version: string,
    findings: readonly ScanFinding[] | undefined,
  ) => readonly string[];
  readonly digestsOf: (service: string, environment: string, version: string) => readonly string[];
}

function registry({ account: { ecr }, random, policy }: Stage): Registry {
  const { primary, registry: regions } = policy.regions;
  ecr.replicate({ from: primary, to: regions.filter((region) => region !== primary) });
  for (const region of regions) ecr.scanning(region, region === 'us-west-2' ? 'enhanced' : 'basic');

  const released = new Map<string, readonly string[]>();
  return {
    release(service, environment, version, findings) {
      const tag = `${service}-${environment}-${version}-${commit(random.uuid())}`;
      const platforms = (policy.services[service]?.platforms ?? []).map((platform) => ({
        platform,
        findings: findings ?? [],
        config: { Labels: { version } },
      }));
      const digests = Object.values(ecr.pushIndex(primary, service, { tags: [tag], platforms }).images);
      released.set(`${service}/${environment}/${version}`, digests);
      for (const digest of findings === undefined ? digests : []) ecr.vulnerabilities.markUnsupported(digest);
      return digests;
    },
    digestsOf(service, environment, version) {
      const digests = released.get(`${service}/${environment}/${version}`);
      if (digests === undefined) throw new Error(`${service} ${version} was never pushed to ${environment}`);
      return digests;
    },
  };
}

/** A person reads the messages of a dead-letter queue and deletes them. */
function empty({ account }: Stage, region: string, name: string): void {
  const queue = account.sqs.queues.find(
    ({ settings }) => settings.region === region && settings.name === name,
  );
  if (queue === undefined) throw new Error(`there is no queue ${name} in ${region}`);
  queue.purge();
}

function commit(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 8);
}

const critical = (id: string, packageName: string, fixedIn?: string): ScanFinding =>
  finding('CRITICAL', id, packageName, fixedIn);
const high = (id: string, packageName: string): ScanFinding => finding('HIGH', id, packageName);
const medium = (id: string, packageName: string): ScanFinding => finding('MEDIUM', id, packageName);
const low = (id: string, packageName: string): ScanFinding => finding('LOW', id, packageName);

function finding(
  severity: ScanFinding['severity'],
  id: string,
  packageName: string,
  fixedIn?: string,
): ScanFinding {
  return { id, severity, packageName, ...(fixedIn !== undefined && { fixedIn }) };
}
