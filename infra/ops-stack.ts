import { Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import type { Policy } from '../shared/policy/schema.ts';
import { type Concern, projectTag, stackNameOf } from './names.ts';

/** The bundle of a function, asked for by its folder below `functions/`, such as `images/judge-scan`. */
export type CodeFor = (functionId: string) => Code;

export interface OpsStackProps {
  readonly region: string;
  readonly policy: Policy;
  readonly code: CodeFor;
}

/**
 * A stack of one concern in one Region, of whatever account the credentials at deployment belong to. Constructs below
 * it find the policy and the functions' code here.
 */
export abstract class OpsStack extends Stack {
  readonly policy: Policy;
  readonly code: CodeFor;
  /** The stack's Region as written in the policy, never a token. */
  readonly homeRegion: string;

  protected constructor(scope: Construct, concern: Concern, description: string, props: OpsStackProps) {
    super(scope, stackNameOf(concern, props.region), { env: { region: props.region }, description });
    this.policy = props.policy;
    this.code = props.code;
    this.homeRegion = props.region;
    // cfn-lint does not know tags of dashboards yet, and nothing is billed or found by them.
    Tags.of(this).add('project', projectTag, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
  }

  /** @throws TypeError outside of an OpsStack */
  static override of(construct: IConstruct): OpsStack {
    const stack = Stack.of(construct);
    if (stack instanceof OpsStack) return stack;
    throw new TypeError(
      `'${construct.node.path}' needs the policy, so it can only stand in an OpsStack; its stack is '${stack.stackName}'`,
    );
  }
}
