import { createHash } from 'node:crypto';
import { compose } from '../../../../functions/backups/watch-backups/compose.ts';
import type { WatchPolicy } from '../../../../functions/backups/watch-backups/policy.ts';
import type { WatchRecord } from '../../../../functions/backups/watch-backups/record.ts';
import { Backup } from '../../../../rehearsal/aws/backup.ts';
import type { BackupFaults } from '../../../../rehearsal/aws/backup-context.ts';
import type { BackupResource } from '../../../../rehearsal/aws/backup-resource.ts';
import { connectClient } from '../../../../rehearsal/aws/connect.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import type { ServiceEvent } from '../../../../rehearsal/aws/ecr-events.ts';
import { Tagging } from '../../../../rehearsal/aws/tagging.ts';
import { AwsError, type Operations } from '../../../../rehearsal/kernel.ts';
import type { BackupFindingTold } from '../../../../shared/events/backup-finding.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import type { StandingContext } from '../../../../shared/lambda/standing.ts';
import type { World } from '../../../../shared/lambda/world.ts';
import { plannedRules } from '../../../../shared/policy/backup-plan.ts';
import { account, client, role, type TestKernel, testKernel } from '../../../rehearsal/aws/stand.ts';
import { policy as watched } from '../../../shared/backups/stage.ts';

export const home = 'us-east-1';
export const away = 'us-west-2';

/** Databases hourly with a copy, outside their windows; clusters hourly without one, at most 10 GB. */
export const policy: WatchPolicy = {
  ...watched,
  backups: { ...watched.backups, mode: 'act', tagKey: 'tier', components: {} },
};

export const database: BackupResource = {
  arn: `arn:aws:rds:${home}:${account}:db:metadata`,
  type: 'RDS',
  region: home,
  tags: { tier: 'databases' },
  sizeInBytes: 8_000_000_000,
  keyArn: `arn:aws:kms:${home}:${account}:key/application`,
  windows: { maintenance: 'sun:04:00-sun:05:00', backup: '03:00-04:00' },
};

export const cluster: BackupResource = {
  arn: `arn:aws:eks:${home}:${account}:cluster/prod`,
  type: 'EKS',
  region: home,
  tags: { tier: 'clusters' },
  sizeInBytes: 400_000_000,
};

/** Dies at a call, before or after it took effect. */
interface Death {
  readonly operation: string;
  /** Which of the calls of the operation, from 1. */
  readonly call: number;
  readonly when: 'before' | 'after';
}

/**
 * The platform in two Regions with its plans, on the simulated services, and watch-backups in both. It begins on a
 * Monday at 08:30, and has been watched from then on.
 */
export class Platform {
  readonly kernel: TestKernel;
  readonly events: ServiceEvent[] = [];
  readonly backup: Backup;
  readonly dynamodb: DynamoDb;
  /** What people are told, as `open failed us-east-1 hourly <arn>`. */
  readonly told: string[] = [];
  readonly published: BackupFindingTold[] = [];
  readonly logged: Outcome[] = [];
  readonly deadLetters: string[] = [];
  /** Calls of the present run, as `backup:ListBackupJobs`. */
  readonly calls: string[] = [];
  policy = policy;
  faults: BackupFaults = {};
  /** What AWS answers in place of what was asked for. */
  fails: (call: string, input: object) => AwsError | undefined = () => undefined;
  /** What happens right before a call is answered. */
  meanwhile: (call: string) => void = () => undefined;
  death: Death | undefined;
  #die: () => void = () => undefined;

  /** @param delay how far into its window a job begins, and how long it takes: from 0 to 1 */
  constructor(resources: readonly BackupResource[] = [database], delay = 0.5) {
    this.kernel = testKernel('2026-03-02T08:30:00Z', () => delay);
    this.dynamodb = new DynamoDb(this.kernel);
    this.backup = new Backup(this.kernel, (event) => this.events.push(event), {
      backup: (backup) => this.faults.backup?.(backup),
      copy: (copy) => this.faults.copy?.(copy),
      forgets: (backup) => this.faults.forgets?.(backup) === true,
    });
    for (const region of [home, away]) {
      this.backup.create.vault({
        region,
        name: 'vault',
        properties: {
          BackupVaultName: 'vault',
          EncryptionKeyArn: `arn:aws:kms:${region}:${account}:key/vault`,
        },
      });
      const keys = { partition: { name: 'kind', type: 'S' }, sort: { name: 'id', type: 'S' } } as const;
      this.dynamodb.createTable({ name: 'backups', region, keys });
      const key = { partition: { name: 'switch', type: 'S' } } as const;
      this.dynamodb.createTable({ name: 'switches', region, keys: key });
    }
    for (const resource of resources) this.backup.resources.put(resource);
    for (const tier of Object.keys(policy.backups.tiers)) this.#plan(tier);
  }

  /** Lets time pass up to a moment of the Monday, or of the first days of March: `10:22`, `3T10:22`. */
  until(time: string): void {
    const [day = '2', clock = ''] = time.includes('T') ? time.split('T') : ['2', time];
    const moment = new Date(`2026-03-${day.padStart(2, '0')}T${clock}:00.000Z`);
    this.kernel.pass(moment.getTime() - this.kernel.now().getTime());
  }

  /** The hourly look in a Region. @returns what it told, as `told` has it */
  async sweep(region = home): Promise<readonly string[]> {
    return this.#run(region, { schedule: 'hourly', scheduledTime: this.kernel.now().toISOString() });
  }

  /** Sweeps in both Regions at 22 minutes past each hour from the next on, up to a moment as in `until`. */
  async sweepUntil(time: string): Promise<readonly string[]> {
    const before = this.told.length;
    const [day = '2', hour = ''] = time.includes('T') ? time.split('T') : ['2', time];
    const end = new Date(`2026-03-${day.padStart(2, '0')}T${hour}:00.000Z`).getTime();
    const first = (Math.floor((this.kernel.now().getTime() - 22 * 60_000) / 3_600_000) + 1) * 3_600_000;
    for (let at = first + 22 * 60_000; at <= end; at += 3_600_000) {
      this.kernel.pass(at - this.kernel.now().getTime());
      for (const region of [home, away]) await this.sweep(region);
    }
    return this.told.slice(before);
  }

  /** Hands events to the function as its queue does. */
  async hand(events: readonly unknown[], region = home): Promise<readonly string[]> {
    return this.#run(region, {
      Records: events.map((event, index) => ({
        eventSource: 'aws:sqs',
        messageId: `message-${index}`,
        receiptHandle: 'handle',
        body: typeof event === 'string' ? event : JSON.stringify(event),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(this.kernel.now().getTime()) },
        messageAttributes: {},
      })),
    });
  }

  /** The last event of AWS Backup of a kind and a state, as EventBridge sends it. */
  event(detailType: string, state: string): object {
    const event = this.events.findLast(
      ({ detailType: type, detail }) => type === detailType && (detail.state ?? detail.status) === state,
    );
    if (event === undefined) throw new RangeError(`there was no ${detailType} ${state}`);
    const { region, source, resources, detail } = event;
    const time = this.kernel.now().toISOString();
    return {
      version: '0',
      id: 'one',
      'detail-type': detailType,
      source,
      account,
      time,
      region,
      resources,
      detail,
    };
  }

  /** The jobs that nobody's plan has asked for. */
  byHand(): readonly string[] {
    const { BackupJobs = [] } = this.#list('ListBackupJobs') as { BackupJobs?: object[] };
    const { CopyJobs = [] } = this.#list('ListCopyJobs') as { CopyJobs?: object[] };
    return [...BackupJobs, ...CopyJobs]
      .filter((job) => !('CreatedBy' in job))
      .map((job) => ('CopyJobId' in job ? 'copy' : 'backup'));
  }

  setSwitch(name: string): void {
    const Item = { switch: { S: name }, reason: { S: 'a test' }, by: { S: 'somebody' } };
    this.dynamodb.operations.PutItem({ TableName: 'switches', Item }, { principal: role, region: home });
  }

  /** By subject. */
  records(region = home): ReadonlyMap<string, WatchRecord> {
    return new Map(
      this.dynamodb.peek('backups', region).map((item) => {
        const record = JSON.parse((item.record as { S: string }).S) as WatchRecord;
        return [record.subject, record];
      }),
    );
  }

  #list(operation: 'ListBackupJobs' | 'ListCopyJobs'): object {
    return this.backup.operations[operation]({}, { principal: { kind: 'scenario' }, region: home });
  }

  async #run(region: string, event: object): Promise<readonly string[]> {
    const before = this.told.length;
    this.calls.length = 0;
    const death = new Promise<void>((resolve) => {
      this.#die = resolve;
    });
    const handler = compose(
      {
        AWS_REGION: region,
        BACKUP_TABLE: 'backups',
        SWITCH_TABLE: 'switches',
        OPS_BUS: 'aeon-ops',
        BACKUP_ROLE_ARN: `arn:aws:iam::${account}:role/aeon-ops-backup`,
        DEAD_LETTER_QUEUE_URL: `https://sqs.${region}.amazonaws.com/${account}/dead`,
      },
      this.#world(region),
    );
    const context = {
      invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:watch`,
    } as StandingContext;
    await Promise.race([handler(event, context), death]);
    return this.told.slice(before);
  }

  #world(region: string): World<WatchPolicy> {
    const tagging = new Tagging(this.kernel, (of) => this.backup.resources.in(of));
    const services: Readonly<Record<string, Operations>> = {
      backup: this.backup.operations,
      tagging: tagging.operations,
      dynamodb: this.dynamodb.operations,
      events: { PutEvents: (input: never) => this.#publish(input) },
      sqs: {
        SendMessage: ({ MessageBody }: { MessageBody: string }) => this.#keep(MessageBody),
      } as Operations,
    };
    return {
      policy: this.policy,
      now: this.kernel.now,
      random: () => 0.5,
      client: (Constructor, place) => {
        const connected = client(Constructor, place?.region ?? region);
        connectClient(connected, async ({ service, operation, input }) => {
          const perform = services[service]?.[operation];
          if (perform === undefined) throw new RangeError(`${service}:${operation} is not simulated`);
          const call = `${service}:${operation}`;
          this.calls.push(call);
          this.meanwhile(call);
          const isDead = (when: Death['when']) => this.#isDeath(call, when);
          if (isDead('before')) return this.#never();
          const failure = this.fails(call, input as object);
          if (failure !== undefined) throw failure;
          const answer = perform(input as never, { principal: role, region: place?.region ?? region });
          return isDead('after') ? this.#never() : answer;
        });
        return connected;
      },
      post: async () => ({ status: 404, headers: {}, body: '' }),
      get: async () => ({ status: 404, headers: {}, body: '' }),
      log: (_level, message, facts) => {
        if (message === 'outcome') this.logged.push(facts as unknown as Outcome);
      },
    };
  }

  #isDeath(call: string, when: Death['when']): boolean {
    if (this.death?.operation !== call || this.death.when !== when) return false;
    return this.calls.filter((made) => made === call).length === this.death.call;
  }

  #never(): Promise<object> {
    this.death = undefined;
    this.#die();
    return new Promise(() => undefined);
  }

  #publish({ Entries }: { Entries: readonly { Detail: string }[] }): object {
    for (const { Detail } of Entries) {
      const detail = JSON.parse(Detail) as BackupFindingTold;
      this.published.push(detail);
      this.told.push(`${detail.outcome} ${detail.facts.finding}`);
    }
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'one' })) };
  }

  #keep(body: string): object {
    this.deadLetters.push(body);
    return { MessageId: 'one', MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
  }

  #plan(tierName: string): void {
    const tier = policy.backups.tiers[tierName];
    if (tier === undefined) throw new RangeError(tierName);
    const BackupPlanRule = plannedRules(tierName, tier).map((rule) => ({
      RuleName: rule.name,
      TargetBackupVault: 'vault',
      ScheduleExpression: rule.cron,
      StartWindowMinutes: rule.startWindowMinutes,
      CompletionWindowMinutes: rule.completionWindowMinutes,
      Lifecycle: { DeleteAfterDays: rule.keepDays },
      CopyActions: rule.copies.map(({ region, keepDays }) => ({
        DestinationBackupVaultArn: `arn:aws:backup:${region}:${account}:backup-vault:vault`,
        Lifecycle: { DeleteAfterDays: keepDays },
      })),
    }));
    const plan = { BackupPlan: { BackupPlanName: tierName, BackupPlanRule } };
    this.backup.create.plan({ region: home, name: tierName, properties: plan });
    const ListOfTags = [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'tier', ConditionValue: tierName }];
    const BackupSelection = {
      SelectionName: tierName,
      IamRoleArn: `arn:aws:iam::${account}:role/backup`,
      ListOfTags,
    };
    this.backup.create.selection({
      region: home,
      name: tierName,
      properties: { BackupPlanId: tierName, BackupSelection },
    });
  }
}

export const throttled = new AwsError('ThrottlingException', 'Rate exceeded', 400);
