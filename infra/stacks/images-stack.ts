import type { Construct } from 'constructs';
import { contract as judgeScan } from '../../functions/images/judge-scan/contract.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { anyRepositoryArn, busArn, tableArn } from '../arns.ts';
import { EventFunction } from '../constructs/event-function.ts';
import { Forwarding } from '../constructs/forwarding.ts';
import { OpsDashboard } from '../constructs/ops-dashboard.ts';
import { OpsTable } from '../constructs/ops-table.ts';
import { eventSourceOf, opsBusName, switchTableName, verdictTableName } from '../names.ts';
import { OpsStack, type OpsStackProps } from '../ops-stack.ts';
import { allow } from '../permissions.ts';

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
        allow('KeepVerdicts', ['dynamodb:Query', 'dynamodb:PutItem'], [tableArn(this, verdictTableName)]),
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

    const forwarding = regions.alerts.includes(props.region)
      ? undefined
      : new Forwarding(this, 'Forwarding', { toRegion: regions.standby });

    new OpsDashboard(this, 'Dashboard', {
      introduction: [
        `Image scans in ${props.region}: ECR and Inspector report a scan, judge-scan reads the findings and decides what may become of the image.`,
        'All is well when it is invoked whenever images are pushed, and no alarm is red. A quiet day is not an error: this Region then had no scans.',
      ].join(' '),
      functionNames: [judging.opsFunction.name],
      queueNames: [...judging.queues.values()].map(({ queue }) => queue.name),
      deadLetterQueueNames: [
        judging.deadLetterQueue.name,
        judging.deliveryDeadLetterQueue.name,
        ...(forwarding === undefined ? [] : [forwarding.deadLetterQueue.name]),
      ],
    });
  }
}
