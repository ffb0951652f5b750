import type { ImageManifests } from '../../../shared/aws/image-manifests.ts';
import type { ImageDescription, ImageRegistry } from '../../../shared/aws/image-registry.ts';
import type { OpsBus } from '../../../shared/aws/ops-bus.ts';
import { type IndexId, recordKey, type VerdictTable } from '../../../shared/aws/verdict-table.ts';
import type { ImageScan } from '../../../shared/domain/finding.ts';
import type { ImageIndex } from '../../../shared/domain/manifest.ts';
import type { Evidence } from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import type { ImageJudged } from '../../../shared/events/ops-events.ts';
import { type JudgeDeps, judgeImage } from '../../../shared/judging/judge.ts';
import { digest, mayAct, policy, scan, scanWithout, verdictRecord } from '../../builders.ts';

/** When everything was pushed. */
export const pushedAt = new Date('2026-03-02T07:59:00Z');
/** An image with a tag of production. */
export const tagged: ImageDescription = { kind: 'image', tags: ['api-prod-1.0.0-4f1c2ab'], pushedAt };

/** One Region's repository with one image, its verdicts and its bus. */
export class Place {
  /** What is in the repository, by digest. */
  readonly described = new Map([[digest, tagged]]);
  readonly scans = new Map([[digest, scan()]]);
  readonly indexes = new Map<string, ImageIndex>();
  clock = Date.parse('2026-03-02T08:00:05Z');
  readonly rows = new Map<string, VerdictRecord>();
  readonly links = new Map<string, IndexId[]>();
  readonly published: ImageJudged[] = [];
  /** What happens just before the table takes the next writes, in turn. */
  readonly beforeWrites: (() => void)[] = [];
  /** Thrown by the bus instead of taking the next event. */
  busFails: Error | undefined;

  readonly registry: ImageRegistry = {
    describe: async (id) => this.described.get(id.digest),
    scanOf: async (id) =>
      this.scans.get(id.digest) ?? scanWithout({ status: 'NEVER_SCANNED', engine: 'none' }),
  };

  readonly manifests: ImageManifests = {
    of: async (_repository, digests) =>
      new Map(
        [...digests].flatMap((of) => {
          const index = this.indexes.get(of);
          return index ? [[of, index] as const] : [];
        }),
      ),
  };

  readonly verdicts: VerdictTable = {
    of: async (of) => ({
      copies: [...this.rows.values()].filter((row) => row.digest === of),
      indexes: this.links.get(of) ?? [],
    }),
    records: async (copies) =>
      new Map(
        [...copies].flatMap((copy) => {
          const row = this.rows.get(keyOf(copy));
          return row ? [[recordKey(copy), row] as const] : [];
        }),
      ),
    link: async (of, index) => void this.links.set(of, [...(this.links.get(of) ?? []), index]),
    write: async (record) => {
      this.beforeWrites.shift()?.();
      const key = keyOf(record);
      if ((this.rows.get(key)?.version ?? 0) !== record.version) return undefined;
      const written = { ...record, version: record.version + 1 };
      this.rows.set(key, written);
      return written;
    },
  };

  /** What was saved of the image before it was archived. */
  saved: Evidence | undefined;
  readonly evidence: JudgeDeps['evidence'] = { of: async () => this.saved };

  readonly bus: OpsBus = {
    publish: async (event) => {
      const error = this.busFails;
      this.busFails = undefined;
      if (error) throw error;
      if (event.detailType === 'Image Judged') this.published.push(event.detail);
    },
  };

  /** The image's scan, as ECR gives it from now on. */
  set scan(of: ImageScan) {
    this.scans.set(digest, of);
  }

  get record(): VerdictRecord | undefined {
    return this.rows.get(keyOf(verdictRecord()));
  }

  put(record: VerdictRecord): void {
    this.rows.set(keyOf(record), record);
  }

  /** A minute passes. */
  later(): void {
    this.clock += 60_000;
  }

  get deps(): JudgeDeps {
    const { registry, manifests, verdicts, bus, evidence } = this;
    return {
      registry,
      manifests,
      verdicts,
      evidence,
      bus,
      policy,
      region: 'us-east-1',
      now: () => new Date(this.clock),
    };
  }

  /** Judges the image, or another digest, and tells how that ended. */
  async judge({
    of = digest,
    standing = mayAct,
    registry = this.registry,
    waivers = policy.waivers,
  }: {
    of?: string;
    standing?: Standing;
    registry?: ImageRegistry;
    waivers?: JudgeDeps['policy']['waivers'];
  } = {}) {
    const image = { repository: 'api', digest: of, account: '123456789012' };
    const [judged] = await judgeImage(image, standing, {
      ...this.deps,
      registry,
      policy: { ...policy, waivers },
    });
    return judged;
  }
}

/** The key of a record's row. */
export function keyOf({ region, repository, digest: of }: IndexId): string {
  return `${region}#${repository}#${of}`;
}
