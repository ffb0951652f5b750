import type { Construct } from 'constructs';
import { contract as inspectPush } from '../../functions/images/inspect-push/contract.ts';
import { contract as judgeScan } from '../../functions/images/judge-scan/contract.ts';
import { contract as sweepImages } from '../../functions/images/sweep-images/contract.ts';
import { enforcementIndex } from '../../shared/aws/enforcement-index.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyRepositoryArn, busArn, indexArn, repositoryArn, tableArn, workloadReaderArn } from '../arns.ts';
import { EventFunction } from '../constructs/event-function.ts';
import { Forwarding } from '../constructs/forwarding.ts';
import { ImageAdmission } from '../constructs/image-admission.ts';
import { ImageQuarantine } from '../constructs/image-quarantine.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { eventSourceOf, opsBusName, switchTableName, verdictTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';
import { allow, readWorkloads } from '../permissions.ts';

/** Judges the images of one registry Region. The primary's stack owns the verdicts of all Regions. */
export class ImagesStack extends OpsStack {
  constructor(scope: Construct, props: OpsStackProps) {
    super(scope, 'images', 'Judges the container images of this Region.', props);
    const { regions } = props.policy;

    if (props.region === regions.primary) {
      new OpsTable(this, 'Verdicts', {
        name: verdictTableName,
        partitionKey: 'digest',
        sortKey: 'copy',
        index: enforcementIndex,
        replicaRegions: regions.registry.filter((region) => region !== regions.primary),
        keep: true,
      });
    }

    const judging = new EventFunction(this, 'JudgeScan', {
      contract: judgeScan,
      environment: { verdictTable: verdictTableName, switchTable: switchTableName, opsBus: opsBusName },
      permissions: [
        allow(
          'ReadScans',
          ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings', 'ecr:BatchGetImage'],
          [anyRepositoryArn(this)],
        ),
        allow(
          'KeepVerdicts',
          ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
          [tableArn(this, verdictTableName)],
        ),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('PublishVerdicts', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: { 'events:source': eventSourceOf(judgeScan), 'events:detail-type': 'Image Judged' },
        }),
      ],
      alertPath: 'apart',
    });

    acknowledgePattern(
      judging,
      anyRepositoryArn(this),
      'Every image that is scanned is judged, in whatever repository it is pushed; the actions only read.',
    );

    const eventFunctions = [
      judging,
      this.sweepImages(),
      new ImageQuarantine(this, 'Quarantine').eventFunction,
      ...(props.region === regions.primary ? [this.inspectPushes()] : []),
    ];

    const admission = new ImageAdmission(this, 'Admission');

    const forwarding = regions.alerts.includes(props.region)
      ? undefined
      : new Forwarding(this, 'Forwarding', { toRegion: regions.standby });

    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        `Image scans in ${props.region}: ECR and Inspector report a scan, judge-scan reads the findings and decides what may become of the image; quarantine-image archives what is blocked and nobody needs. sweep-images goes through all images every hour and does what no event led to.`,
        'All is well when it is invoked whenever images are pushed, and no alarm is red. A quiet day is not an error: this Region then had no scans.',
      ].join(' '),
      functionNames: [
        ...eventFunctions.map(({ opsFunction }) => opsFunction.name),
        ...admission.functionNames,
      ],
      queueNames: [...judging.queues.values()].map(({ queue }) => queue.name),
      deadLetterQueueNames: [
        ...eventFunctions.flatMap(({ deadLetterQueue, deliveryDeadLetterQueue }) => [
          deadLetterQueue.name,
          deliveryDeadLetterQueue.name,
        ]),
        ...(forwarding === undefined ? [] : [forwarding.deadLetterQueue.name]),
      ],
    });
  }

  private sweepImages(): EventFunction<typeof sweepImages> {
    const { regions, images, workloads } = this.policy;
    const repositories = this.repositoriesOfThePolicy();
    const replicates = this.homeRegion === regions.primary;
    return new EventFunction(this, 'SweepImages', {
      contract: sweepImages,
      environment: {
        verdictTable: verdictTableName,
        switchTable: switchTableName,
        opsBus: opsBusName,
        workloadReader: workloadReaderArn(this),
      },
      permissions: [
        ...(workloads.sources.some(({ type, region }) => type === 'eks' && region === this.homeRegion)
          ? readWorkloads(this)
          : []),
        allow(
          'ReadImages',
          [
            'ecr:DescribeImages',
            'ecr:DescribeImageScanFindings',
            'ecr:BatchGetImage',
            ...(replicates ? ['ecr:DescribeImageReplicationStatus'] : []),
          ],
          repositories,
        ),
        ...(images.registry.scanning === 'basic'
          ? [allow('RepeatScans', ['ecr:StartImageScan'], repositories)]
          : []),
        allow(
          'KeepVerdicts',
          ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
          [tableArn(this, verdictTableName)],
        ),
        allow(
          'FindQuarantined',
          ['dynamodb:Query'],
          [indexArn(this, verdictTableName, enforcementIndex.name)],
        ),
        allow('ReadSwitches', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
        allow('PublishFindings', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(sweepImages),
            'events:detail-type': ['Image Judged', 'Image Gap'],
          },
        }),
      ],
      alertPath: 'apart',
    });
  }

  private repositoriesOfThePolicy(): string[] {
    return Object.values(this.policy.services).map(({ repository }) =>
      repositoryArn(this, resourceName(repository)),
    );
  }

  /** People push to the primary Region alone; what reaches the others is replicated, and followed from here. */
  private inspectPushes(): EventFunction<typeof inspectPush> {
    const repositories = this.repositoriesOfThePolicy();
    return new EventFunction(this, 'InspectPush', {
      contract: inspectPush,
      environment: { verdictTable: verdictTableName, opsBus: opsBusName },
      permissions: [
        allow(
          'ReadImages',
          [
            'ecr:DescribeImages',
            'ecr:BatchGetImage',
            'ecr:GetDownloadUrlForLayer',
            'ecr:DescribeImageReplicationStatus',
          ],
          repositories,
        ),
        allow(
          'KeepInspections',
          ['dynamodb:GetItem', 'dynamodb:PutItem'],
          [tableArn(this, verdictTableName)],
        ),
        allow('PublishInspections', ['events:PutEvents'], [busArn(this, opsBusName)], {
          StringEquals: {
            'events:source': eventSourceOf(inspectPush),
            'events:detail-type': 'Image Inspected',
          },
        }),
      ],
      alertPath: 'apart',
    });
  }
}
