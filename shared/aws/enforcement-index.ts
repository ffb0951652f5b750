/**
 * The index of the verdict table that leads to what is to be enforced in a Region, and to nothing else: the attribute
 * stands only on rows of copies that are blocked, and on rows of open quarantine cases, and holds their Region.
 */
export const enforcementIndex = { name: 'enforcement', partitionKey: 'enforcedIn' } as const;

/** The attribute of a row that is to be found by the index; nothing for one that is not. */
export function enforcedIn(region: string, isWanted: boolean): { [key: string]: { S: string } } {
  return isWanted ? { [enforcementIndex.partitionKey]: { S: region } } : {};
}
