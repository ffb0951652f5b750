import type { ReadinessRow } from '../../../shared/aws/standby-readiness.ts';
import type { StandbyReadiness } from '../../../shared/failover/standby.ts';
import { lookAtStandby, type ReadinessDeps } from './readiness.ts';

/** The standby is looked at once a minute. Milliseconds. */
const countsForMs = 55_000;

/**
 * What was last found of the standby. It is looked at again once that is nearly a minute old, by whichever run of the
 * probe finds it so, and written down for the runbook and for people.
 */
export function keptReadiness(
  row: ReadinessRow,
  deps: ReadinessDeps,
): () => Promise<StandbyReadiness | undefined> {
  let last: StandbyReadiness | undefined;
  const isFresh = (readiness: StandbyReadiness | undefined): boolean =>
    readiness !== undefined && deps.now().getTime() - readiness.at < countsForMs;
  return async () => {
    if (isFresh(last)) return last;
    last = await row.read();
    if (isFresh(last)) return last;
    last = await lookAtStandby(deps);
    await row.write(last);
    return last;
  };
}
