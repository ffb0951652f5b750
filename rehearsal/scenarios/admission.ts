import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { allowImage, planAllow } from '../../cli/image/allow.ts';
import type { ImageClients } from '../../cli/image/clients.ts';
import { admissionTokensSecretName, switchTableName, verdictTableName } from '../../infra/names.ts';
import { connectClient, simulatedCredentials } from '../aws/connect.ts';
import type { ScanFinding } from '../aws/ecr-scan.ts';
import { AwsError, type Principal } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';

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
    const desk = new Desk(stage);
    desk.setTokens(firstToken);

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

const person: Principal = { kind: 'scenario' };

/** A digest that nobody has ever pushed. */
const unheardOf = `aeon-dt-api@sha256:${'0'.repeat(64)}`;

function deployments(stage: Stage, desk: Desk): void {
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
function breakGlass(stage: Stage, desk: Desk): void {
  stage.at('02:00', () =>
    desk.allow(desk.image('aeon-dt-worker'), '2h', 'the fix breaks the import of models'),
  );
  stage.at('02:05', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-worker')));
  stage.at('02:10', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-worker')));
  stage.at('04:01', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-worker')));
}

/** us-east-1 goes dark just after something was found in the API: the standby has to run the release that there is. */
function failover(stage: Stage, desk: Desk): void {
  stage.at('02:30', () =>
    stage.account.ecr.vulnerabilities.add({ ...newlyFound, digests: desk.parts('aeon-dt-api') }),
  );
  stage.at('03:00', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
  stage.at('03:02', () => {
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
function running(stage: Stage, desk: Desk): void {
  stage.at('03:30', () => desk.inventory('us-east-1', desk.image('aeon-dt-api')));
  stage.at('03:35', () => desk.deploy('us-east-1', 'production', desk.image('aeon-dt-api')));
  stage.at('03:40', () => desk.deploy('us-west-2', 'production', desk.image('aeon-dt-api')));
}

function unreadable(stage: Stage, desk: Desk): void {
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
function rotation(stage: Stage, desk: Desk): void {
  const deploy = (token: string): void =>
    desk.deploy('us-east-1', 'production', desk.image('aeon-dt-openspg'), token);
  stage.at('05:00', () => desk.setTokens(firstToken, secondToken));
  stage.at('05:10', () => deploy(firstToken));
  stage.at('05:11', () => deploy(secondToken));
  stage.at('05:20', () => desk.setTokens(secondToken));
  stage.at('05:30', () => deploy(firstToken));
  stage.at('05:31', () => deploy(secondToken));
}

/** Where images are released, deployed and asked about. */
class Desk {
  readonly #stage: Stage;
  readonly #released = new Map<string, { readonly digest: string; readonly parts: readonly string[] }>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Pushes a release for production. */
  release(service: string, version: string, findings: readonly ScanFinding[]): void {
    const { account, policy } = this.#stage;
    const tags = [`${service}-prod-${version}-c0ffee00`];
    const platforms = (policy.services[service]?.platforms ?? []).map((platform) => ({
      platform,
      findings,
      config: { Labels: { version } },
    }));
    const { digest, images } = account.ecr.pushIndex(policy.regions.primary, service, { tags, platforms });
    this.#released.set(service, { digest, parts: Object.values(images) });
  }

  /** The last release of a service, by its digest. */
  image(service: string): string {
    return `${service}@${this.#last(service).digest}`;
  }

  parts(service: string): readonly string[] {
    return this.#last(service).parts;
  }

  #last(service: string) {
    const last = this.#released.get(service);
    if (last === undefined) throw new Error(`no ${service} was released`);
    return last;
  }

  /** The cluster of a Region asks its own Region whether a pod with this image may run. */
  deploy(region: string, namespace: string, image: string, token = firstToken): void {
    const { account, kernel } = this.#stage;
    const full = `${kernel.account}.dkr.ecr.${region}.amazonaws.com/${image}`;
    const spec = { containers: [{ name: 'main', image: full }] };
    const review = {
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      request: {
        uid: kernel.uuid(),
        kind: { group: '', version: 'v1', kind: 'Pod' },
        resource: { group: '', version: 'v1', resource: 'pods' },
        name: image.split(/[@:]/)[0],
        namespace,
        operation: 'CREATE',
        userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
        object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace }, spec },
        oldObject: null,
        dryRun: false,
      },
    };
    void account.lambda.callUrl(region, 'aeon-ops-admit-pods', {
      method: 'POST',
      path: `/${token}/cluster-${region}?timeout=3s`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(review),
    });
  }

  /** A pipeline asks in the primary Region whether an image may run in production. */
  ask(image: string): void {
    const { account, policy } = this.#stage;
    void account.lambda.callUrl(policy.regions.primary, 'aeon-ops-admit-image', {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image, environment: 'production' }),
      principal: person,
    });
  }

  /** A person runs `ops image allow`. */
  allow(image: string, until: string, reason: string): void {
    const { policy, kernel } = this.#stage;
    const plan = planAllow({ image, environment: 'production', until, reason }, policy, kernel.now());
    void allowImage(plan, (region) => this.#clients(region));
  }

  setTokens(...tokens: readonly string[]): void {
    const { account, policy } = this.#stage;
    for (const region of policy.regions.registry) {
      account.secrets.putSecretValue(region, admissionTokensSecretName, JSON.stringify({ tokens }));
    }
  }

  interlock(region: string, reason: string | undefined): void {
    const { operations } = this.#stage.account.dynamodb;
    const call = { principal: person, region };
    const key = { switch: { S: 'interlock' } };
    if (reason === undefined) operations.DeleteItem({ TableName: switchTableName, Key: key }, call);
    else {
      const item = { ...key, by: { S: 'run-failover' }, reason: { S: reason } };
      operations.PutItem({ TableName: switchTableName, Item: item }, call);
    }
  }

  /** Notes for a few hours that the image runs in the cluster of a Region. */
  inventory(region: string, image: string): void {
    const { account, kernel } = this.#stage;
    const until = new Date(kernel.now().getTime() + 6 * 3_600_000).toISOString();
    const [, digest = ''] = image.split('@');
    const item = { digest: { S: digest }, copy: { S: `running#cluster-${region}` }, until: { S: until } };
    account.dynamodb.operations.PutItem(
      { TableName: verdictTableName, Item: item },
      { principal: person, region },
    );
  }

  #clients(region: string): ImageClients {
    const { account, kernel } = this.#stage;
    const connected = <Client>(Constructor: new (config: object) => Client): Client => {
      const client = new Constructor({ region, credentials: simulatedCredentials });
      connectClient(client, async ({ service, operation, input }) => {
        const identity = { Account: kernel.account, Arn: `arn:aws:iam::${kernel.account}:user/ada` };
        if (service === 'sts') return identity;
        const operate: unknown = Reflect.get(account.services.get(service) ?? {}, operation);
        if (typeof operate === 'function') return operate(input, { principal: person, region });
        throw new Error(`the rehearsal does not simulate ${service}:${operation}`);
      });
      return client;
    };
    return {
      dynamodb: connected(DynamoDBClient),
      eventBridge: connected(EventBridgeClient),
      lambda: connected(LambdaClient),
      sts: connected(STSClient),
    };
  }
}
