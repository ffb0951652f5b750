import { Tags } from 'aws-cdk-lib';
import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/**
 * A text that an HTTPS endpoint is looked at for, by all of Route 53's checkers, every ten seconds, three times in a row.
 *
 * The type and the interval of a check cannot be changed: CloudFormation would replace a check that records use, and the
 * new one would say nothing of the endpoint at first. So both are the same for all, and no policy changes them.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-healthcheck-healthcheckconfig.html
 */
export interface EndpointCheckProps {
  /** Without a protocol. Its certificate is not validated. */
  readonly host: string;
  readonly path: string;
  /** Looked for in the first 5,120 bytes of an answer whose status is 2xx or 3xx. */
  readonly text: string;
  /** True: unhealthy while the text is there. Such a check starts unhealthy, until the checkers have looked. */
  readonly inverted?: boolean;
}

/** A health check of Amazon Route 53. */
export class HealthCheck extends Construct {
  readonly id: string;

  private constructor(
    scope: Construct,
    id: string,
    name: string,
    config: CfnHealthCheck.HealthCheckConfigProperty,
  ) {
    super(scope, id);
    const check = new CfnHealthCheck(this, 'Check', { healthCheckConfig: config });
    Tags.of(check).add('Name', name);
    this.id = check.attrHealthCheckId;
  }

  /** @param name what the console shows */
  static ofEndpoint(scope: Construct, id: string, name: string, props: EndpointCheckProps): HealthCheck {
    return new HealthCheck(scope, id, name, {
      type: 'HTTPS_STR_MATCH',
      fullyQualifiedDomainName: props.host,
      port: 443,
      enableSni: true,
      resourcePath: props.path,
      searchString: props.text,
      inverted: props.inverted ?? false,
      requestInterval: 10,
      failureThreshold: 3,
      measureLatency: false,
    });
  }

  /** Healthy only while all of the others are. */
  static ofAll(scope: Construct, id: string, name: string, checks: readonly HealthCheck[]): HealthCheck {
    return new HealthCheck(scope, id, name, {
      type: 'CALCULATED',
      childHealthChecks: checks.map((check) => check.id),
      healthThreshold: checks.length,
    });
  }
}
