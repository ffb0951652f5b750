import { MisuseError } from '../misuse.ts';

export interface Person {
  readonly name: string;
  /** Where the name is from, for the reader of the answer. */
  readonly from: '--by' | 'the environment variable USER';
}

/** @throws MisuseError when nobody is named: a pause has to have somebody to ask about it */
export function readPerson(by: string | undefined, user: string | undefined): Person {
  if (by?.trim()) return { name: by.trim(), from: '--by' };
  if (by === undefined && user?.trim()) return { name: user.trim(), from: 'the environment variable USER' };
  throw new MisuseError(
    'It is not known who pauses: neither --by nor the environment variable USER names anybody.',
    'Add --by with your name.',
  );
}
