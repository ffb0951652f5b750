import { authorize } from './authorize.ts';
import type { Registry } from './ecr-registry.ts';
import { type Repository, repositoryArn } from './ecr-repository.ts';
import { type CreationTemplate, defaultSettings, templateFor } from './ecr-repository-settings.ts';
import { serviceCall } from './service-call.ts';

/** The repositories that replication copies into, made by the templates of their Region when the first image comes. */
export class Replicas {
  readonly #registry: Registry;
  readonly #templates: CreationTemplate[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  addTemplate(template: CreationTemplate): void {
    this.#templates.push(template);
  }

  /**
   * The repository of the same name. One that is there already stays as it is, whatever the templates say.
   *
   * @throws AwsError AccessDeniedException when the template's role may not create it
   */
  repositoryFor(region: string, { name }: Repository): Repository {
    const present = this.#registry.find(region, name);
    if (present !== undefined) return present;
    const template = templateFor(this.#templates, region, name);
    if (template?.roleArn !== undefined)
      this.#authorize(region, name, template.roleArn, template.settings.key);
    return this.#registry.create(region, name, template?.settings ?? defaultSettings);
  }

  /** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html */
  #authorize(region: string, name: string, roleArn: string, key: string | undefined): void {
    const { kernel } = this.#registry;
    const principal = { kind: 'role', arn: roleArn } as const;
    const ask = (service: string, operation: string, resource: string): void =>
      serviceCall(kernel, { region, caller: 'ecr.amazonaws.com', service, operation, input: { name } }, () =>
        authorize(
          kernel,
          { principal, action: `${service}:${operation}`, resource },
          'AccessDeniedException',
        ),
      );
    const repository = repositoryArn(kernel.account, region, name);
    ask('ecr', 'CreateRepository', repository);
    ask('ecr', 'ReplicateImage', repository);
    if (key === undefined) return;
    ask('kms', 'DescribeKey', key);
    ask('kms', 'CreateGrant', key);
  }
}
