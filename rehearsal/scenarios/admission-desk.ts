import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { allowImage, planAllow } from '../../cli/image/allow.ts';
import type { ImageClients } from '../../cli/image/clients.ts';
import { admissionTokensSecretName, switchTableName, verdictTableName } from '../../infra/names.ts';
import { connectClient, simulatedCredentials } from '../aws/connect.ts';
import type { ScanFinding } from '../aws/ecr-scan.ts';
import type { Principal } from '../kernel.ts';
import type { Stage } from '../scenario.ts';

const person: Principal = { kind: 'scenario' };

/** Where images are released, deployed and asked about. */
export class AdmissionDesk {
  readonly #stage: Stage;
  readonly #released = new Map<string, { readonly digest: string; readonly parts: readonly string[] }>();

  /** The token that clusters use, unless another is named. */
  readonly #token: string;

  constructor(stage: Stage, token: string) {
    this.#stage = stage;
    this.#token = token;
    this.setTokens(token);
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
  deploy(region: string, namespace: string, image: string, token = this.#token): void {
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

  /** Makes these the valid tokens, in every Region. */
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
