import { ECSClient } from '@aws-sdk/client-ecs';
import { EKSClient } from '@aws-sdk/client-eks';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { World } from '../lambda/world.ts';
import { clusterToken } from './cluster-token.ts';
import { ecsInventory } from './ecs.ts';
import { eksInventory } from './eks.ts';
import type { WorkloadInventory, WorkloadSource } from './inventory.ts';
import { lambdaInventory } from './lambda.ts';
import type { NamedImage } from './named-image.ts';
import { accountOf, readerOf, type WorkloadPolicy, workloadSources } from './policy.ts';
import { readerCredentials } from './reader.ts';
import { surveyWorkloads } from './survey.ts';

/** What uses images, asked anew each time. */
export interface Workloads {
  /** All of the policy. */
  readonly sources: readonly WorkloadSource[];
  /** Asks the sources, by default all. Never rejects: one that could not be asked to the end is named as missing. */
  readonly survey: (sources?: readonly WorkloadSource[]) => Promise<WorkloadInventory>;
}

/** For all sources together, in milliseconds. */
const surveyTimeoutMs = 60_000;

/** Asks everything of one kind in one account and Region. */
type Asker = (source: WorkloadSource, signal: AbortSignal) => Promise<readonly NamedImage[]>;

/** @param ownReader ARN of the role that looks into the sources of our own account */
export function composeWorkloads(
  world: Pick<World<WorkloadPolicy>, 'policy' | 'client' | 'get' | 'now'>,
  ownReader: string,
): Workloads {
  const { policy, now } = world;
  const sources = workloadSources(policy, accountOf(ownReader));
  const sts = world.client(STSClient);

  const identityOf = memoized((account: string) => {
    const reader = readerOf(policy, account, ownReader);
    return { role: reader.role, credentials: readerCredentials(sts, reader, now) };
  });

  const askerOf = memoized((kind: WorkloadSource['kind'], account: string, region: string): Asker => {
    const { role, credentials } = identityOf(account);
    const place = { region, credentials };
    switch (kind) {
      case 'ecs':
        return ecsInventory(world.client(ECSClient, place));
      case 'lambda':
        return lambdaInventory(world.client(LambdaClient, place));
      case 'eks': {
        const { sha256 } = sts.config;
        const signer = new SignatureV4({ service: 'sts', region, credentials, sha256 });
        const token = (cluster: string) => clusterToken(signer, { cluster, region }, now());
        return eksInventory({ eks: world.client(EKSClient, place), get: world.get, token, role });
      }
    }
  });

  return {
    sources,
    survey: (asked = sources) =>
      surveyWorkloads(
        asked,
        async (source, signal) => {
          const { kind, account, region } = source;
          // First, so that a role that cannot be assumed is told as that, and not as a call that failed.
          await identityOf(account).credentials();
          const images = await askerOf(kind, account, region)(source, signal);
          return images.map((image) => ({ ...image, source }));
        },
        { now, timeoutMs: surveyTimeoutMs },
      ),
  };
}

function memoized<Key extends readonly string[], Value>(
  make: (...key: Key) => Value,
): (...key: Key) => Value {
  const made = new Map<string, Value>();
  return (...key) => {
    const known = made.get(key.join(' '));
    if (known !== undefined) return known;
    const value = make(...key);
    made.set(key.join(' '), value);
    return value;
  };
}
