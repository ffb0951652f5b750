/** `1 snapshot` */
export function counted(snapshots: number): string {
  return `${snapshots} ${snapshots === 1 ? 'snapshot' : 'snapshots'}`;
}

export function describeError(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}
