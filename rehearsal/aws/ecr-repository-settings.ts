import * as z from 'zod';
import { iamGlob } from '../wiring/glob.ts';
import { ignored, type Resource, readProperties } from './properties.ts';

const tagMutabilities = [
  'MUTABLE',
  'IMMUTABLE',
  'MUTABLE_WITH_EXCLUSION',
  'IMMUTABLE_WITH_EXCLUSION',
] as const;

/** What a repository is created with. */
export interface RepositorySettings {
  readonly tagMutability: (typeof tagMutabilities)[number];
  /** Tags for which the opposite holds; `*` is any run of characters. */
  readonly tagExclusions: readonly string[];
  /** The ARN of its key; undefined when ECR encrypts with a key of its own. */
  readonly key: string | undefined;
}

export const defaultSettings: RepositorySettings = {
  tagMutability: 'MUTABLE',
  tagExclusions: [],
  key: undefined,
};

/** Properties that a repository and a template for repositories have in common. */
const settings = {
  EncryptionConfiguration: z
    .strictObject({ EncryptionType: z.enum(['AES256', 'KMS']), KmsKey: z.string().optional() })
    .optional(),
  ImageTagMutability: z.enum(tagMutabilities).default('MUTABLE'),
  ImageTagMutabilityExclusionFilters: z
    .array(
      z.strictObject({
        ImageTagMutabilityExclusionFilterType: z.literal('WILDCARD'),
        ImageTagMutabilityExclusionFilterValue: z.string(),
      }),
    )
    .max(5, 'ECR takes at most five filters')
    .default([]),
};

const RepositoryProperties = z.strictObject({
  ...settings,
  RepositoryName: ignored,
  EmptyOnDelete: ignored,
  RepositoryPolicyText: ignored,
  Tags: ignored,
});

const TemplateProperties = z.strictObject({
  ...settings,
  Prefix: z.string(),
  AppliedFor: z.array(z.enum(['REPLICATION', 'PULL_THROUGH_CACHE', 'CREATE_ON_PUSH'])),
  CustomRoleArn: z.string().optional(),
  Description: ignored,
  ResourceTags: ignored,
});

/** AWS::ECR::RepositoryCreationTemplate. */
export interface CreationTemplate {
  readonly region: string;
  /** `ROOT` is for every repository that no other template is for. */
  readonly prefix: string;
  readonly isForReplication: boolean;
  /** As whom ECR creates the repository; undefined for its service-linked role, which needs no permission. */
  readonly roleArn: string | undefined;
  readonly settings: RepositorySettings;
}

/**
 * AWS::ECR::Repository.
 *
 * @throws RangeError for a property that is not simulated, by name
 */
export function repositorySettings(resource: Resource): RepositorySettings {
  return settingsFrom(readProperties('AWS::ECR::Repository', RepositoryProperties, resource));
}

/** @throws RangeError for a property that is not simulated, by name */
export function creationTemplate(resource: Resource): CreationTemplate {
  const properties = readProperties('AWS::ECR::RepositoryCreationTemplate', TemplateProperties, resource);
  return {
    region: resource.region,
    prefix: properties.Prefix,
    isForReplication: properties.AppliedFor.includes('REPLICATION'),
    roleArn: properties.CustomRoleArn,
    settings: settingsFrom(properties),
  };
}

function settingsFrom(
  properties: z.output<typeof RepositoryProperties> | z.output<typeof TemplateProperties>,
): RepositorySettings {
  return {
    tagMutability: properties.ImageTagMutability,
    tagExclusions: properties.ImageTagMutabilityExclusionFilters.map(
      (filter) => filter.ImageTagMutabilityExclusionFilterValue,
    ),
    key: properties.EncryptionConfiguration?.KmsKey,
  };
}

/** Whether a tag stays with the image that got it first. */
export function isImmutable({ tagMutability, tagExclusions }: RepositorySettings, tag: string): boolean {
  const isExcluded = tagExclusions.some((pattern) => iamGlob(pattern).test(tag));
  switch (tagMutability) {
    case 'MUTABLE':
      return false;
    case 'IMMUTABLE':
      return true;
    case 'MUTABLE_WITH_EXCLUSION':
      return isExcluded;
    case 'IMMUTABLE_WITH_EXCLUSION':
      return !isExcluded;
  }
}

/**
 * The template for a repository that replication creates: the one with the longest prefix, which is a namespace.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export function templateFor(
  templates: readonly CreationTemplate[],
  region: string,
  repository: string,
): CreationTemplate | undefined {
  const applicable = templates.filter(
    (template) =>
      template.region === region &&
      template.isForReplication &&
      (template.prefix === 'ROOT' || repository.startsWith(`${template.prefix}/`)),
  );
  const rank = ({ prefix }: CreationTemplate): number => (prefix === 'ROOT' ? 0 : prefix.length);
  return applicable.toSorted((one, other) => rank(other) - rank(one))[0];
}
