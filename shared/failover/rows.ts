import type { Voice } from './vote.ts';

/** The partition key, in the failover table, of the votes of a voice. The role of a voice may write no other votes. */
export function votesOf(voice: Voice): string {
  return `vote/${voice}`;
}
