import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { templatesOf } from '../infra/kept-templates.ts';
import { admissionTokensSecretName } from '../infra/names.ts';
import opsPolicy from '../ops.config.ts';
import { checkPolicy } from '../shared/policy/check.ts';
import type { Policy } from '../shared/policy/schema.ts';
import { Account } from './account.ts';
import { type Archival, watchArchivals } from './archivals.ts';
import { connectClient, simulatedCredentials } from './aws/connect.ts';
import { installClock } from './clock.ts';
import { furnishDatabases } from './databases/furnish.ts';
import { type Deletion, watchDeletions } from './deletions.ts';
import { furnishFailover } from './failover.ts';
import { type FunctionSource, loadFunctions, sourceIdOf } from './functions.ts';
import type { Kernel } from './kernel.ts';
import { Network } from './network/network.ts';
import type { PlantedFault } from './planted.ts';
import { installRandom, seededRandom } from './random.ts';
import { coldStart } from './runtime.ts';
import type { Faults, Scenario } from './scenario.ts';
import { Slack } from './sinks/slack.ts';
import { furnishStandby } from './standby.ts';
import { Trace, type Traced } from './trace.ts';
import { furnishUntested } from './untested.ts';
import { watchSkips } from './watch-skips.ts';
import { IamPermissions, type PermissionReport } from './wiring/permissions.ts';
import { resourcesOf, type Templates } from './wiring/resources.ts';
import type { ResolvedResource } from './wiring/template.ts';

/** From AWS's documentation range. */
const account = '111122223333';

/** The stacks have been deployed for so long when a scenario begins: every alarm has found out its state. */
const settlingMs = 10 * 60_000;

const botToken = 'xoxb-rehearsal';

const admissionToken = '0123456789abcdef'.repeat(4);

export interface RehearsalOptions {
  readonly seed: number;
  /** Left out, the policy in `ops.config.ts`. */
  readonly policy?: Policy;
  /** The templates to wire the account by; left out, they are synthesized from the policy. */
  readonly templates?: Templates;
  /** Told of everything that happens, as it happens. */
  readonly onTrace?: (traced: Traced) => void;
}

/** From when on functions decided by a policy. */
export interface Deployment {
  readonly at: Date;
  readonly policy: Policy;
}

/** What happened in a rehearsal. */
export interface Run {
  readonly scenario: Scenario;
  readonly seed: number;
  /** The one that was deployed last. */
  readonly policy: Policy;
  readonly deployments: readonly Deployment[];
  readonly archivals: readonly Archival[];
  readonly deletions: readonly Deletion[];
  readonly planted: readonly PlantedFault[];
  readonly account: Account;
  readonly resources: readonly ResolvedResource[];
  readonly sources: ReadonlyMap<string, FunctionSource>;
  readonly slack: Slack;
  readonly trace: Trace;
  readonly permissions: PermissionReport & { readonly denied: number };
}

/**
 * Plays a scenario on the simulated AWS, wired by the templates, from its first virtual moment to its last. The same
 * scenario, seed and source give the same trace, byte for byte.
 *
 * @throws Error for templates that cannot be deployed, and for a failure of the rehearsal itself; what goes wrong in
 * the functions is part of the run
 */
export async function rehearse(
  scenario: Scenario,
  { seed, policy = opsPolicy, templates, onTrace }: RehearsalOptions,
): Promise<Run> {
  const checked = checkPolicy(scenario.policy?.(policy) ?? policy);
  const resources = resourcesOf(templates ?? (await templatesOf(checked)), account);
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  const sources = await loadFunctions(functions.map(sourceIdOf));
  await warmUp();

  const random = seededRandom(seed);
  using clock = installClock(new Date(scenario.from.getTime() - settlingMs));
  using _jitter = installRandom(random.fork('sdk'));

  const permissions = new IamPermissions(resources, account);
  const trace = new Trace(clock.now);
  if (onTrace) trace.listen(onTrace);
  let recording = false;
  const ids = random.fork('ids');
  const kernel: Kernel = {
    account,
    now: clock.now,
    after: clock.after,
    random: random.fork('kernel').next,
    uuid: ids.uuid,
    trace: (entry) => {
      if (recording) trace.add(entry);
    },
    permissions,
  };

  const faults: Faults = {
    disturb: undefined,
    targetFails: undefined,
    crash: undefined,
    replication: undefined,
    scanStalls: undefined,
    backup: undefined,
    callFails: undefined,
    isDark: undefined,
    network: undefined,
  };
  let deployed = checked;
  const deployments: Deployment[] = [{ at: scenario.from, policy: checked }];
  const redeploy = (change: (present: Policy) => Policy): void => {
    deployed = checkPolicy(change(deployed));
    deployments.push({ at: clock.now(), policy: deployed });
    simulated.lambda.updateCode();
  };
  const slack = new Slack(kernel, random.fork('slack'), { botToken, webhooks: webhooksOf(checked) });
  const start = (resource: ResolvedResource) => {
    const source = sources.get(sourceIdOf(resource));
    if (source === undefined) throw new Error(`the function ${resource.logicalId} was not loaded`);
    return coldStart(resource, source, {
      kernel,
      random,
      policy: () => deployed,
      services: () => simulated.services,
      post: (region) => slack.connect(region),
      get: async (request) => simulated.get(request),
      connect: (access, work) => simulated.databases.connect(access, work),
      principalOf: (accessKeyId) => simulated.sts.principalOf(accessKeyId),
      logged: (region, logGroup, record) => simulated.logs.put(region, logGroup, record),
      callFails: (call) => faults.callFails?.(call),
      isDark: (region) => faults.isDark?.(region) ?? false,
      network: () => network,
    });
  };
  const simulated = new Account(kernel, permissions, resources, start, {
    eventBridge: {
      disturb: (event, bus) => faults.disturb?.(event, bus) ?? {},
      targetFails: (target, event) => faults.targetFails?.(target, event),
    },
    lambda: { crash: (point) => faults.crash?.(point) ?? false },
    ecr: {
      replication: (copy) => faults.replication?.(copy),
      scanStalls: (scan) => faults.scanStalls?.(scan) ?? false,
    },
    backup: {
      forgets: (backup) => faults.backup?.forgets?.(backup) ?? false,
      backup: (backup) => faults.backup?.backup?.(backup),
      forgetsCopy: (copy) => faults.backup?.forgetsCopy?.(copy) ?? false,
      copy: (copy) => faults.backup?.copy?.(copy),
      forgetsTest: (test) => faults.backup?.forgetsTest?.(test) ?? false,
      restore: (restore) => faults.backup?.restore?.(restore),
    },
    isDark: (region) => faults.isDark?.(region) ?? false,
    skips: watchSkips(scenario),
  });
  const network = new Network(kernel, simulated, {
    isDark: (region) => faults.isDark?.(region) ?? false,
    faults: () => faults.network ?? {},
  });
  const archivals = watchArchivals(trace, simulated);
  const deletions = watchDeletions(trace, simulated, kernel);
  furnish(simulated, checked);
  furnishDatabases(simulated, checked, clock.now());
  furnishFailover(simulated, checked, account);
  furnishStandby(simulated, checked);
  furnishUntested(simulated, checked);
  await clock.runUntil(scenario.from);
  recording = true;

  const at = (time: string, what: () => unknown): void =>
    clock.after(millisecondsOf(time), () => {
      what();
    });
  const planted: PlantedFault[] = [];
  const plant = (fault: PlantedFault): void => {
    planted.push(fault);
  };
  const story = {
    kernel,
    account: simulated,
    slack,
    random: random.fork('story'),
    faults,
    plant,
    at,
    redeploy,
  };
  scenario.play({ ...story, policy: checked });
  await clock.runUntil(scenario.to);

  const report = { ...permissions.report(), denied: permissions.denied() };
  const wiring = {
    account: simulated,
    resources,
    sources,
    policy: deployed,
    deployments,
    archivals,
    deletions,
    planted,
  };
  return { ...wiring, scenario, seed, slack, trace, permissions: report };
}

/**
 * What the stacks take as given: repositories, clusters, and the secrets of the sinks. ECR makes the replicas of
 * repositories itself.
 */
function furnish(simulated: Account, { regions, services, workloads, alerts }: Policy): void {
  for (const source of workloads.sources) {
    if (source.type === 'eks' && source.account === undefined) {
      simulated.eks.createCluster(source.region, source.cluster);
    }
  }
  for (const region of regions.registry) {
    for (const { repository } of Object.values(services)) {
      if ('existing' in repository) simulated.ecr.createRepository(region, repository.existing);
    }
    simulated.secrets.createSecret(
      region,
      admissionTokensSecretName,
      JSON.stringify({ tokens: [admissionToken] }),
    );
  }
  const slackSinks = Object.values(alerts.sinks).filter((sink) => sink.type === 'slack');
  for (const region of regions.alerts) {
    for (const { auth, secret, channel } of slackSinks) {
      const value = auth === 'bot-token' ? { botToken } : { webhookUrl: webhookUrlOf(channel) };
      simulated.secrets.createSecret(region, secret, JSON.stringify(value));
    }
  }
}

function webhooksOf({ alerts }: Policy): ReadonlyMap<string, string> {
  return new Map(
    Object.values(alerts.sinks).flatMap((sink) =>
      sink.type === 'slack' && sink.auth === 'incoming-webhook'
        ? [[webhookUrlOf(sink.channel), sink.channel] as const]
        : [],
    ),
  );
}

function webhookUrlOf(channel: string): string {
  return `https://hooks.slack.com/services/T0REHEARSE/${channel}/rehearsal`;
}

/**
 * The SDK reads its configuration files once per process, which is real I/O and has to be over before the clock is
 * virtual.
 */
async function warmUp(): Promise<void> {
  const client = new SQSClient({ region: 'us-east-1', credentials: simulatedCredentials });
  connectClient(client, async () => ({
    MessageId: 'warm-up',
    MD5OfMessageBody: 'd41d8cd98f00b204e9800998ecf8427e',
  }));
  await client.send(
    new SendMessageCommand({ QueueUrl: 'https://sqs.us-east-1.amazonaws.com/1/warm-up', MessageBody: '' }),
  );
}

function millisecondsOf(time: string): number {
  const [hours, minutes, seconds = 0] = time.split(':').map(Number);
  if (hours === undefined || minutes === undefined || Number.isNaN(hours + minutes + seconds)) {
    throw new RangeError(`'${time}' is not a time of day: write HH:MM or HH:MM:SS`);
  }
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
