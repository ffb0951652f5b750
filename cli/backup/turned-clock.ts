import type { Kernel } from '../../rehearsal/kernel.ts';

interface Due {
  readonly at: number;
  readonly what: () => void | Promise<void>;
}

/** A clock of its own for simulated services that are called by nobody meanwhile: the process keeps its real time. */
export function turnedClock(
  start: Date,
): Pick<Kernel, 'now' | 'after'> & { readonly turnTo: (moment: Date) => Promise<void> } {
  let present = start.getTime();
  /** By moment, in the order in which it was asked for. */
  const due = new Map<number, Due[]>();
  return {
    now: () => new Date(present),
    after(ms, what) {
      const at = present + Math.max(1, Math.trunc(ms));
      const others = due.get(at);
      if (others === undefined) due.set(at, [{ at, what }]);
      else others.push({ at, what });
    },
    async turnTo(moment) {
      for (;;) {
        const next = Math.min(...due.keys());
        if (next > moment.getTime()) break;
        present = next;
        const now = due.get(next) ?? [];
        due.delete(next);
        for (const { what } of now) await what();
      }
      present = moment.getTime();
    },
  };
}
