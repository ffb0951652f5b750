import type { ScanFinding } from './ecr-scan.ts';

/** A vulnerability and the images that hold the package. */
export interface Vulnerability extends ScanFinding {
  readonly digests: readonly string[];
}

export type FindingChange = 'ACTIVE' | 'CLOSED';

/**
 * What the world knows about the images of the scenario, in whatever Region they are. A scan finds what is known at its
 * time; enhanced scanning also learns of every change by itself.
 */
export class Vulnerabilities {
  /** Digest -> id and package -> finding. */
  readonly #findings = new Map<string, Map<string, ScanFinding>>();
  readonly #unsupported = new Set<string>();
  readonly #listeners: ((digest: string, finding: ScanFinding, change: FindingChange) => void)[] = [];

  /** Becomes known, or known anew: with another severity, or with a version that mends it. */
  add({ digests, ...finding }: Vulnerability): void {
    for (const digest of digests) {
      const known = this.#findings.get(digest) ?? new Map<string, ScanFinding>();
      this.#findings.set(digest, known.set(keyOf(finding), finding));
      this.#tell(digest, finding, 'ACTIVE');
    }
  }

  /** Turns out to be none, in the images named or in all. */
  close(id: string, digests: readonly string[] = [...this.#findings.keys()]): void {
    for (const digest of digests) {
      const known = this.#findings.get(digest) ?? new Map<string, ScanFinding>();
      for (const [key, finding] of [...known]) {
        if (finding.id !== id) continue;
        known.delete(key);
        this.#tell(digest, finding, 'CLOSED');
      }
    }
  }

  /** An image that no engine can look into, such as one built from scratch. */
  markUnsupported(digest: string): void {
    this.#unsupported.add(digest);
  }

  isUnsupported(digest: string): boolean {
    return this.#unsupported.has(digest);
  }

  /** In the order in which they became known. */
  findingsOf(digest: string): readonly ScanFinding[] {
    return [...(this.#findings.get(digest)?.values() ?? [])];
  }

  onChange(listener: (digest: string, finding: ScanFinding, change: FindingChange) => void): void {
    this.#listeners.push(listener);
  }

  #tell(digest: string, finding: ScanFinding, change: FindingChange): void {
    for (const listener of this.#listeners) listener(digest, finding, change);
  }
}

function keyOf({ id, packageName }: ScanFinding): string {
  return JSON.stringify([id, packageName]);
}
