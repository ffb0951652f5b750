import type { Inspected } from '../../../shared/domain/inspection.ts';
import type { Inspection } from './inspection.ts';

/** What is known of a pushed image, and what was told of it. One for each repository that has the digest. */
export interface InspectionRecord {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** When ECR was asked. ISO 8601, UTC. */
  readonly observedAt: string;
  readonly problems: readonly Problem[];
  /** Counts the writes; each write states the version that it replaces. 0: not written yet. */
  readonly version: number;
}

/** Something that is wrong, or, without findings, that was wrong and whose end is still to be told. */
export interface Problem extends Inspected {
  /** False until it is certain that it was published. */
  readonly told: boolean;
  /** The version of the record that it came with: the same for each attempt to publish it. */
  readonly since: number;
}

/** One look at a pushed image. */
export interface Observation {
  readonly digest: string;
  readonly region: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly observedAt: string;
  readonly inspection: Inspection;
}

/** Whether the record stays as it is or is written anew. */
export type RecordDecision = { readonly do: 'keep' | 'write'; readonly record: InspectionRecord };

/**
 * What an inspection makes of the record.
 *
 * Events come late and twice, and two may be worked on at once, so that an older look changes nothing. What was told
 * and is found again in the same words is not told again. What was wrong and is not found any more has been mended,
 * which is told too; a replica that is on its way again is neither. What is to be told is written down before it is
 * told, and stays so until the telling is certain, so that whoever dies in between leaves it to the next.
 */
export function decideRecord(
  previous: InspectionRecord | undefined,
  observation: Observation,
): RecordDecision {
  const { inspection, ...look } = observation;
  if (previous && previous.observedAt > look.observedAt) return { do: 'keep', record: previous };
  const version = previous?.version ?? 0;
  const known = new Map(previous?.problems.map((problem) => [keyOf(problem), problem]));
  const wrong = inspection.wrong.map((found): Problem => {
    const before = known.get(keyOf(found));
    return before && isSame(before, found) ? before : { ...found, told: false, since: version + 1 };
  });
  const found = new Set(wrong.map(keyOf));
  const mended = [...known.values()].flatMap((problem): readonly Problem[] => {
    if (found.has(keyOf(problem))) return [];
    const isAwaited = problem.about === 'replica' && inspection.awaited.includes(problem.name);
    if (isAwaited || problem.findings.length === 0) return [problem];
    return [{ ...problem, findings: [], told: false, since: version + 1 }];
  });
  return { do: 'write', record: { ...look, problems: [...wrong, ...mended], version } };
}

/** What has to be published. */
export function untold({ problems }: InspectionRecord): readonly Problem[] {
  return problems.filter(({ told }) => !told);
}

/** The record once everything has been published. */
export function allTold(record: InspectionRecord): InspectionRecord {
  const open = record.problems.filter(({ findings }) => findings.length > 0);
  return { ...record, problems: open.map((problem) => ({ ...problem, told: true })) };
}

function keyOf({ about, name }: Inspected): string {
  return `${about}/${name}`;
}

function isSame(one: Inspected, other: Inspected): boolean {
  return JSON.stringify(one.findings) === JSON.stringify(other.findings);
}
