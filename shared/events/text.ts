import * as z from 'zod/mini';

/** Text that must be there. */
export const Text = z.string().check(z.minLength(1, 'expected some text'));

/** Text that may be missing. AWS leaves it out, sends null or sends '' for the same thing: absent. */
export const OptionalText = z.pipe(
  z.nullish(z.string()),
  z.transform((text) => text || undefined),
);

/** A list of texts; missing and null are empty lists. */
export const Texts = z.pipe(
  z.nullish(z.array(z.string())),
  z.transform((texts) => texts ?? []),
);
