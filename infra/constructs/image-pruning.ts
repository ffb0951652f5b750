import { Construct } from 'constructs';
import { contract } from '../../functions/retention/prune-images/contract.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import {
  busArn,
  opsBucketArn,
  opsBucketName,
  opsObjectsArn,
  repositoryArn,
  tableArn,
  workloadReaderArn,
} from '../arns.ts';
import { eventSourceOf, opsBusName, switchTableName, verdictTableName } from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow, readWorkloads } from '../permissions.ts';
import { EventFunction } from './event-function.ts';

/**
 * prune-images. Its role gives no verdict: judging and deleting are not done by the same hands. While the policy has
 * retention observe, the role cannot archive or delete an image at all.
 */
export class ImagePruning extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { services, retention } = OpsStack.of(this).policy;
    const acts = retention.mode === 'act';
    const repositories = Object.values(services).map(({ repository }) =>
      repositoryArn(this, resourceName(repository)),
    );
    const reports = opsObjectsArn(this, 'reports/prune-images/');
    const cache = opsObjectsArn(this, 'cache/prune-images/');
    const journals = opsObjectsArn(this, 'journal/prune-images/');

    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: {
        bucket: opsBucketName(this),
        verdictTable: verdictTableName,
        switchTable: switchTableName,
        opsBus: opsBusName,
        workloadReader: workloadReaderArn(this),
      },
      permissions: [
        allow('ReadImages', ['ecr:DescribeImages', 'ecr:BatchGetImage'], repositories),
        ...(acts
          ? [allow('PutAway', ['ecr:UpdateImageStorageClass', 'ecr:BatchDeleteImage'], repositories)]
          : []),
        allow('ReadVerdicts', ['dynamodb:BatchGetItem'], [tableArn(this, verdictTableName)]),
        allow(
          'ReadSwitchesAndApprovals',
          ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
          [tableArn(this, switchTableName)],
        ),
        allow('Remember', ['s3:GetObject'], [cache, ...(acts ? [journals] : [])]),
        allow('Write', ['s3:PutObject'], [reports, cache, ...(acts ? [journals] : [])]),
        // Without it S3 does not say of an object that it is not there.
        allow('SeeWhatIsThere', ['s3:ListBucket'], [opsBucketArn(this)]),
        allow('PublishReports', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: { 'events:source': eventSourceOf(contract), 'events:detail-type': 'Images Pruned' },
        }),
        ...readWorkloads(this),
      ],
      alertPath: 'apart',
    });
    for (const objects of [reports, cache, ...(acts ? [journals] : [])]) {
      acknowledgePattern(this, objects, 'Each run writes objects of its own, below its own prefix.');
    }
  }
}
