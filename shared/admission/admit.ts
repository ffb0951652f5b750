import type {
  AdmissionFacts,
  AdmissionQuestion,
  AdmissionTable,
  ImageInQuestion,
} from '../aws/admission-table.ts';
import { type ImageReference, parseImageReference, readEcrHost } from '../domain/image-reference.ts';
import type { World } from '../lambda/world.ts';
import { type Asked, type Decision, decideAdmission, type Known } from './decide.ts';
import { type AdmissionPolicy, unreadableMessage } from './policy.ts';

export interface AdmitDeps {
  readonly table: AdmissionTable;
  readonly policy: AdmissionPolicy;
  /** The account whose registry is ours, in whatever Region. Twelve digits. */
  readonly account: string;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}

export interface AdmissionRequest {
  /** As they are written. One that comes twice is decided once. */
  readonly images: readonly string[];
  /** Those of them that the workload names already. */
  readonly unchanged: ReadonlySet<string>;
  readonly environment: string;
  /** The cluster that asks, where one does. */
  readonly cluster?: string;
  /** Whose registry is meant where none is written: container runtimes take Docker Hub. */
  readonly withoutRegistry: 'ours' | 'foreign';
}

/**
 * Decides about images together, by one question to DynamoDB, or by none where there is nothing to ask. Never rejects
 * for want of an answer: what cannot be read counts as unknown. Every use of break-glass is logged.
 */
export async function admitImages(request: AdmissionRequest, deps: AdmitDeps): Promise<readonly Decision[]> {
  const { environment, cluster } = request;
  const candidates = [...new Set(request.images)].map((image) => candidateOf(image, request, deps));
  const images = candidates.flatMap(({ asked, row }) => (row === undefined || asked.isUnchanged ? [] : row));
  const question = { images, environment, ...(cluster !== undefined && { cluster }) };
  const facts = images.length === 0 ? undefined : await read(question, deps);

  const now = deps.now();
  const decisions = candidates.map(({ asked, row }) =>
    decideAdmission(asked, knownOf(row, facts), deps.policy, now),
  );
  for (const { image, because, reason } of decisions) {
    if (because === 'break-glass') deps.log('warn', 'break-glass', { image, environment, reason });
  }
  return decisions;
}

interface Candidate {
  readonly asked: Asked;
  /** What DynamoDB is asked for. Absent for what has no digest. */
  readonly row?: ImageInQuestion;
}

function candidateOf(
  image: string,
  { environment, unchanged, withoutRegistry }: AdmissionRequest,
  { account }: AdmitDeps,
): Candidate {
  const reference = parseImageReference(image);
  const registry = reference && registryOf(reference, withoutRegistry, account);
  const hasDigest = reference?.digest !== undefined;
  const asked = { image, registry, hasDigest, environment, isUnchanged: unchanged.has(image) };
  if (reference?.digest === undefined) return { asked };
  const { digest, repository } = reference;
  return { asked, row: { digest, ...(registry === 'ours' && { repository }) } };
}

export function registryOf(
  { registry }: ImageReference,
  withoutRegistry: AdmissionRequest['withoutRegistry'],
  account: string,
): 'ours' | 'foreign' {
  if (registry === undefined) return withoutRegistry;
  return readEcrHost(registry)?.account === account ? 'ours' : 'foreign';
}

async function read(
  question: AdmissionQuestion,
  { table, log }: AdmitDeps,
): Promise<AdmissionFacts | 'unreadable'> {
  try {
    return await table.read(question);
  } catch (error) {
    const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
    log('error', unreadableMessage, { reason });
    return 'unreadable';
  }
}

function knownOf(
  row: ImageInQuestion | undefined,
  facts: AdmissionFacts | 'unreadable' | undefined,
): Known | 'unreadable' | undefined {
  if (facts === 'unreadable') return facts;
  if (facts === undefined || row === undefined) return undefined;
  const { interlock } = facts;
  return { ...facts.of(row), ...(interlock && { interlock }) };
}
