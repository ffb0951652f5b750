import { isOpen, type QuarantineCase } from '../../../shared/domain/quarantine.ts';
import type { ImageQuarantine } from '../../../shared/events/image-quarantine.ts';
import { isToBeTold } from './case.ts';
import type { QuarantineDeps } from './deps.ts';
import { daysOverdue } from './fix-by.ts';

/**
 * Publishes what people do not know yet of a case, then notes that it is published. A crash in between has it published
 * twice, under one identity.
 *
 * @returns whether there was anything to publish
 * @throws RetryableError when the bus did not take it
 */
export async function announce(
  of: QuarantineCase,
  elsewhere: readonly QuarantineCase[],
  account: string,
  { bus, cases, now }: QuarantineDeps,
): Promise<boolean> {
  const { telling } = of;
  if (telling === undefined || !isToBeTold(of)) return false;
  await bus.publish({
    detailType: 'Image Quarantine',
    detail: detailOf(of, telling, elsewhere, account, now()),
  });
  await cases.write({ ...of, telling: { ...telling, isTold: true } });
  return true;
}

function detailOf(
  of: QuarantineCase,
  { outcome, which, since }: NonNullable<QuarantineCase['telling']>,
  elsewhere: readonly QuarantineCase[],
  account: string,
  now: Date,
): ImageQuarantine {
  const { digest, region, repository, environment, tags, reason, request, heldBy } = of;
  const isLate = outcome === 'overdue';
  return {
    identity: `${region}/${repository}@${digest}/${outcome}/${which}/${since}`,
    subject: `arn:aws:ecr:${region}:${account}:repository/${repository}/${digest}`,
    environment,
    outcome,
    reason,
    occurredAt: since,
    facts: {
      repository,
      digest,
      region,
      tags: [...tags],
      blockReason: of.blockReason,
      blockedSince: of.blockedSince,
      severity: of.severity,
      fixBy: of.fixBy,
      undone: of.undone,
      ...(heldBy && { heldBy }),
      ...(isLate && { daysOverdue: daysOverdue(of.fixBy, now) }),
      ...(request && { by: request.by, until: request.until }),
      copies: elsewhere.flatMap((copy) =>
        isOpen(copy) && copy.telling?.isTold ? [{ region: copy.region, outcome: copy.telling.outcome }] : [],
      ),
    },
  };
}
