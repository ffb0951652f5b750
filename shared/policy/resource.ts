/** A resource of the policy: one that exists and is only referred to, or one that the stacks create and own. */
export type PolicyResource = { readonly existing: string } | { readonly create: string };

/** What the resource is called, whoever makes it. */
export function resourceName(resource: PolicyResource): string {
  return 'existing' in resource ? resource.existing : resource.create;
}
