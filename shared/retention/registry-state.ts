/** An image, an index or an artifact in a repository, as ECR describes it. */
export interface RegistryImage {
  readonly digest: string;
  /** `artifact`: no image and no index, such as a signature, an SBOM or a chart. */
  readonly kind: 'image' | 'index' | 'artifact';
  readonly tags: readonly string[];
  /** Absent: ECR does not say. A new tag on an image that is there does not change it. */
  readonly pushedAt?: Date;
  /** Compressed. Of an index it is that of its largest image. */
  readonly sizeBytes: number;
  /** An archived image is described and cannot be pulled. `ACTIVATING`: it is being brought back. */
  readonly status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';
  /** When it was last archived. */
  readonly archivedAt?: Date;
  /** The last pull, to the day: ECR refreshes it once in 24 hours. Absent: it was never pulled, which is not old. */
  readonly pulledAt?: Date;
  /** When it was last brought back from the archive: by a person, by a push or a replication. */
  readonly restoredAt?: Date;
  /** The digest that a referrer (a signature, an SBOM, an attestation) says something of. */
  readonly subject?: string;
}

/** What an index leads to. */
export interface IndexParts {
  /** Of images, attestations and indexes: what its manifest names. */
  readonly digests: readonly string[];
  /**
   * False where they are known by the verdict on the index alone, which leaves attestations out: the manifest of an
   * archived index cannot be read.
   */
  readonly isComplete: boolean;
}

/** All that is known of a repository before it is decided what becomes of its images. */
export interface RepositoryState {
  readonly repository: string;
  readonly images: readonly RegistryImage[];
  /** By the digest of the index. An index that is not here could not be read at all. */
  readonly parts: ReadonlyMap<string, IndexParts>;
  /** When a tag was put on the image that has it. Absent: when the image was pushed, as far as anybody saw. */
  readonly taggedAt: ReadonlyMap<string, Date>;
  /** What verdicts say of releases, by digest. Absent: nobody has judged it. */
  readonly known: ReadonlyMap<string, 'good' | 'bad'>;
  /** What could not be found out, as phrases for people. Unless it is empty nothing is archived or deleted. */
  readonly missing: readonly string[];
}
