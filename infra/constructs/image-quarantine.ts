import { Construct } from 'constructs';
import { contract } from '../../functions/images/quarantine-image/contract.ts';
import { enforcementIndex } from '../../shared/aws/enforcement-index.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import {
  busArn,
  indexArn,
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
 * Archives the blocked images of its own Region and restores them. Its role gives no verdict: judging and enforcing are
 * not done by the same hands.
 */
export class ImageQuarantine extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { services, images } = OpsStack.of(this).policy;
    const repositories = Object.values(services).map(({ repository }) =>
      repositoryArn(this, resourceName(repository)),
    );
    const scans = images.registry.scanning === 'basic' ? ['ecr:StartImageScan'] : [];
    const verdicts = tableArn(this, verdictTableName);
    const memory = opsObjectsArn(this, 'cache/prune-images/');
    this.eventFunction = new EventFunction(this, 'QuarantineImage', {
      contract,
      environment: {
        bucket: opsBucketName(this),
        verdictTable: verdictTableName,
        switchTable: switchTableName,
        opsBus: opsBusName,
        workloadReader: workloadReaderArn(this),
      },
      permissions: [
        allow(
          'ReadImages',
          ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings', 'ecr:BatchGetImage'],
          repositories,
        ),
        allow('ArchiveAndRestore', ['ecr:UpdateImageStorageClass', ...scans], repositories),
        allow(
          'ReadVerdicts',
          ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
          [verdicts, indexArn(this, verdictTableName, enforcementIndex.name)],
        ),
        allow('KeepCasesAndEvidence', ['dynamodb:PutItem'], [verdicts]),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('ReadWhenTagsWereGiven', ['s3:GetObject'], [memory]),
        // Without it S3 does not say of an object that it is not there.
        allow('SeeWhatIsThere', ['s3:ListBucket'], [opsBucketArn(this)]),
        allow('TellOfQuarantine', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(contract),
            'events:detail-type': 'Image Quarantine',
          },
        }),
        ...readWorkloads(this),
      ],
      alertPath: 'apart',
    });
    acknowledgePattern(this, memory, 'One object for each repository, and it only reads them.');
  }
}
