import { type Look, lookAt, type Target } from '../../../shared/failover/look.ts';
import type { Sight, Voice, Vote } from '../../../shared/failover/vote.ts';
import type { HttpsGet } from '../../../shared/lambda/world.ts';
import type { ProbePolicy } from './policy.ts';

/** What all three targets were like at one moment. */
export interface Looks {
  readonly endpoint: Look;
  readonly canary: Look;
  /** The endpoint of the standby Region. It is not voted on: any answer from it shows that there is a way out. */
  readonly standby: Look;
}

export async function lookAround(policy: ProbePolicy, get: HttpsGet): Promise<Looks> {
  const { endpoints, canary } = policy.failover;
  const ready = (host: string): Target => ({
    url: `https://${host}${endpoints.readyPath}`,
    body: endpoints.body,
  });
  const [endpoint, region, standby] = await Promise.all([
    lookAt(ready(endpoints.primary), get),
    lookAt({ url: canary }, get),
    lookAt(ready(endpoints.standby), get),
  ]);
  return { endpoint, canary: region, standby };
}

/**
 * The vote in what was seen. A probe that gets no answer from anywhere has no network of its own, or cannot know that it
 * has: it is blind.
 */
export function voteOf(voice: Voice, at: number, { endpoint, canary, standby }: Looks): Vote {
  const hasNetwork = [endpoint, canary, standby].some(({ isAnswered }) => isAnswered);
  const sightOf = ({ isUp }: Look): Sight => (isUp ? 'up' : hasNetwork ? 'down' : 'blind');
  const saw = [`endpoint: ${endpoint.saw}`, `canary: ${canary.saw}`, `standby: ${standby.saw}`].join('; ');
  return { voice, at, endpoint: sightOf(endpoint), canary: sightOf(canary), saw };
}
