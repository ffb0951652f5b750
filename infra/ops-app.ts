import { App, type AppProps } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };

/**
 * A CDK app with the feature flags that the CDK recommends. They are set here, in code, because only the `cdk` command
 * reads `cdk.json`: the templates are then the same in whatever way they are made.
 */
export function opsApp(props: AppProps = {}): App {
  return new App({ ...props, context: { ...recommendedFlags, ...props.context } });
}
