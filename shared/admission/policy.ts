import type { PolicySlice } from '../policy/slice.ts';

/** The parts of the policy by which images are admitted. A function that admits names them in its contract. */
export const admissionPolicy = ['environments', 'images.admission', 'regions.registry'] as const;

export type AdmissionPolicy = PolicySlice<(typeof admissionPolicy)[number]>;

/** The message of the log record that says that DynamoDB gave no answer. An alarm counts these records. */
export const unreadableMessage = 'verdicts unreadable';
