import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { SwitchTable } from '../aws/switch-table.ts';
import { decideStanding, type PausableArea, type Standing, switchesOf } from '../domain/standing.ts';

/** The Lambda context of a function whose automation can be switched off. */
export interface StandingContext extends Context {
  standing: Standing;
}

interface Switched {
  readonly area: PausableArea;
  readonly mode: 'observe' | 'act';
  readonly switches: SwitchTable;
  readonly now: () => Date;
}

/**
 * Asks, at the start of every invocation, whether the automation may act now: mode, pause and interlock. The answer is
 * in `context.standing`. Work that goes on for long asks again before each act.
 */
export function askStanding({
  area,
  mode,
  switches,
  now,
}: Switched): MiddlewareObj<unknown, unknown, Error, StandingContext> {
  return {
    async before({ context }) {
      const reading = await switches.read(switchesOf(area));
      context.standing = decideStanding(mode, reading, now());
    },
  };
}
