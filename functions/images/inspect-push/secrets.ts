import type { ImageConfig } from './image-config.ts';

/** Something in an image that seems to be a secret: its name and where it stands, and never what it is. */
export interface SecretSeen {
  readonly name: string;
  /** Steps of the image's history in which it stands, counted from 1, the first that was built. */
  readonly steps: readonly number[];
}

/**
 * Finds what looks like a secret in an image: by the name of a variable that was given a value, or by a value that has
 * the form of a well-known kind of key. What is looked through is the environment of the image, and in its history the
 * instructions ENV and ARG and the build arguments that the builder notes before a RUN. Values of a known form are
 * looked for in every step.
 */
export function findSecrets({ environment, history }: ImageConfig): readonly SecretSeen[] {
  const steps = new Map<string, Set<number>>();
  const note = (name: string, step?: number): void => {
    const seen = steps.get(name) ?? new Set();
    if (step !== undefined) seen.add(step);
    steps.set(name, seen);
  };
  for (const { name, value } of environment.map(readAssignment)) {
    if (isSecret(name, value)) note(name);
  }
  for (const [index, createdBy] of history.entries()) {
    const step = readStep(createdBy);
    const named = step.assignments.filter(({ name, value }) => isSecret(name, value));
    for (const { name } of named) note(name, index + 1);
    if (named.length === 0 && knownKey.test(createdBy)) note(`a key in ${step.instruction}`, index + 1);
  }
  return [...steps].map(([name, seen]) => ({ name, steps: [...seen] }));
}

interface Assignment {
  readonly name: string;
  readonly value: string;
}

function readAssignment(text: string): Assignment {
  const at = text.indexOf('=');
  return at === -1 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

interface Step {
  /** `ENV`, `RUN`; `the build` where the builder does not say. */
  readonly instruction: string;
  readonly assignments: readonly Assignment[];
}

/**
 * BuildKit writes `ENV A=b` and `RUN |1 ARG=value /bin/sh -c …`, where the number counts the build arguments; the
 * builder before it wrote `/bin/sh -c #(nop)  ENV A=b` and `|1 ARG=value /bin/sh -c …`.
 */
function readStep(createdBy: string): Step {
  const text = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '');
  const buildArguments = /^(?:RUN )?\|(\d+) (.*)$/s.exec(text);
  if (buildArguments) {
    const [, count = '0', rest = ''] = buildArguments;
    return { instruction: 'RUN', assignments: assignmentsIn(rest).slice(0, Number(count)) };
  }
  const [, instruction = 'the build', rest = ''] = /^([A-Z]+) (.*)$/s.exec(text) ?? [];
  const declares = instruction === 'ENV' || instruction === 'ARG';
  return { instruction, assignments: declares ? assignmentsIn(rest) : [] };
}

/** A value that holds spaces is cut at the first: only its name is told, and an empty one is no secret. */
function assignmentsIn(text: string): readonly Assignment[] {
  return [...text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=(\S*)/g)].map(([, name = '', value = '']) => ({
    name,
    value: value.replace(/^(["'])(.*)\1$/, '$2'),
  }));
}

/** Words of a name that make it sound like a secret; two words mean that one follows the other. */
const secretNames =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|(PRIVATE|ACCESS|SECRET)_?KEY)(_|$)/i;

/** Names that speak about a secret and hold none: where it is kept, how long it lives. */
const namesAboutSecrets = /_(FILE|PATH|DIR|URL|URI|NAME|ID|TTL|LENGTH|EXPIRY|HEADER|TYPE)$/i;

/** AWS access key ids, Slack tokens, GitHub tokens, and private keys in the form of PEM. */
const knownKey =
  /\b(AKIA|ASIA)[A-Z2-7]{16}\b|\bxox[abeoprs]-[\w-]{10,}|\bgh[opsur]_\w{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function isSecret(name: string, value: string): boolean {
  if (knownKey.test(value)) return true;
  return secretNames.test(name) && !namesAboutSecrets.test(name) && !isHarmless(value);
}

/** Empty, a switch, or only a reference to another variable. */
function isHarmless(value: string): boolean {
  return /^(|true|false|yes|no|on|off|none|null|\$\{?\w+\}?)$/i.test(value);
}
