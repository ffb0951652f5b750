/**
 * Puts things in stages, so that each comes in a later stage than all that has to come before it. Things that wait for
 * each other come in the last stage, together.
 *
 * @param before what has to come before a thing, and `after` what it has to come before: the same links, both ways, of
 * the things that are given
 */
export function inStages(
  things: readonly number[],
  before: (thing: number) => readonly number[],
  after: (thing: number) => readonly number[],
): readonly (readonly number[])[] {
  /** Of what has to wait: for how many things. */
  const awaited = new Map<number, number>();
  let stage: number[] = [];
  for (const thing of things) {
    const { length } = before(thing);
    if (length === 0) stage.push(thing);
    else awaited.set(thing, length);
  }
  const stages: (readonly number[])[] = [];
  while (stage.length > 0) {
    stages.push(stage);
    const next: number[] = [];
    for (const thing of stage) {
      for (const later of after(thing)) {
        const left = (awaited.get(later) ?? 0) - 1;
        if (left > 0) awaited.set(later, left);
        else if (awaited.delete(later)) next.push(later);
      }
    }
    stage = next;
  }
  return awaited.size > 0 ? [...stages, [...awaited.keys()]] : stages;
}
