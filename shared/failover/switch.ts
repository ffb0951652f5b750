/*
 * The switch is the presence of small objects in two buckets, one in the standby Region and one in the witness Region.
 * Route 53's checkers look for them. Traffic is with the standby while either bucket holds the token, and with the
 * primary when both are without.
 */

/** What can be moved: the platform, and the name that exercises move in its place. Each has tokens of its own. */
export const switchNames = ['service', 'drill'] as const;

export type SwitchName = (typeof switchNames)[number];

/** The object whose presence moves traffic to the standby. */
export function tokenKeyOf(name: SwitchName): string {
  return `switch/${name}/standby`;
}

/** What checkers look for in a token. It has to be within the first 5,120 bytes. */
export const tokenText = 'traffic: standby';

/** The object that is always there, so that checkers which can no longer read the bucket are noticed. */
export const canaryKey = 'canary';

export const canaryText = 'checkers: can read';
