import { templatesOf } from '../../infra/kept-templates.ts';
import type { Synthesized } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';

export interface Statement {
  Action: string | string[];
  Principal?: { Service?: string };
}

/** A resource of a template, as far as the tests spoil it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Name?: string;
    readonly Environment?: { readonly Variables: Record<string, unknown> };
    readonly PolicyDocument?: { Statement: Statement[] };
    readonly Policies?: readonly { readonly PolicyDocument: { Statement: Statement[] } }[];
  };
}

const asDeployed = new Map(await templatesOf(policy));

/** The templates as they would be deployed, to be spoiled by a test. */
export class Templates {
  readonly all: Map<string, Synthesized> = structuredClone(asDeployed);

  /** Every resource of a type in a stack, with its logical id. */
  of(stack: string, type: string): [string, Resource][] {
    return Object.entries(this.#resources(stack)).filter(([, resource]) => resource.Type === type);
  }

  remove(stack: string, logicalId: string): void {
    delete this.#resources(stack)[logicalId];
  }

  #resources(stack: string): Record<string, Resource> {
    return this.all.get(stack)?.template.Resources as unknown as Record<string, Resource>;
  }
}
