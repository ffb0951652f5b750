/** What the shell is told. Every command uses these and no others. */
export const exitCodes = {
  /** It was done, or the answer is yes. */
  yes: 0,
  /** It was done, and the answer is no. */
  no: 1,
  /** It was not done, because the command cannot be understood as it was given. */
  misuse: 2,
  /** It could not be done, or not all of it. */
  fault: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
