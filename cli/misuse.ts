/**
 * The command was given something that it cannot work with. The message says what was wrong and what was given; the
 * remedy, a line of its own, says what to do.
 */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
  readonly remedy: string;

  constructor(message: string, remedy: string, options: ErrorOptions = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}
