/**
 * Has something read anew no more often than whoever asks needs: a reading that was begun after the given moment is
 * shared, whether it is over or not. One that failed is not kept.
 */
export function readSince<Value>(
  read: () => Promise<Value>,
  now: () => Date,
): (moment: Date) => Promise<Value> {
  let last: { readonly begunAt: Date; readonly value: Promise<Value> } | undefined;
  return (moment) => {
    if (last !== undefined && last.begunAt > moment) return last.value;
    const reading = { begunAt: now(), value: read() };
    last = reading;
    reading.value.catch(() => {
      if (last === reading) last = undefined;
    });
    return reading.value;
  };
}
