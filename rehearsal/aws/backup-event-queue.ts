import type { Kernel } from '../kernel.ts';
import type { ServiceEvent } from './ecr-events.ts';

/** @see https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html */
const everyMs = 5 * 60_000;

/** AWS Backup tells EventBridge every five minutes what has happened since, on a best effort basis. */
export class EventQueue {
  readonly #kernel: Kernel;
  readonly #emit: (event: ServiceEvent) => void;
  #waiting: ServiceEvent[] = [];

  constructor(kernel: Kernel, emit: (event: ServiceEvent) => void) {
    this.#kernel = kernel;
    this.#emit = emit;
  }

  add(event: ServiceEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > 1) return;
    this.#kernel.after(everyMs - (this.#kernel.now().getTime() % everyMs), () => {
      const due = this.#waiting;
      this.#waiting = [];
      for (const waiting of due) this.#emit(waiting);
    });
  }
}
