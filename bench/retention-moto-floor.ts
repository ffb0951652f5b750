import {
  BatchDeleteImageCommand,
  ECRClient,
  type ImageDetail,
  paginateDescribeImages,
} from '@aws-sdk/client-ecr';
import { chunksOf, eachOf } from '../shared/lambda/each-of.ts';

/** Calls that are under way at once, as in prune-images. */
const atOnce = 8;

const keep = 20;

/**
 * The least that the job takes with the same SDK: lists each repository, and deletes all but the newest 20 images with a
 * tag. It asks for no verdict, no workload and no switch, writes nothing down, and has no policy.
 */
export async function handler(): Promise<readonly never[]> {
  const ecr = new ECRClient({});
  const deletions: BatchDeleteImageCommand[] = [];
  await eachOf((process.env.REPOSITORIES ?? '').split(' '), atOnce, async (repositoryName) => {
    const images: ImageDetail[] = [];
    for await (const page of paginateDescribeImages({ client: ecr, pageSize: 1000 }, { repositoryName })) {
      images.push(...(page.imageDetails ?? []));
    }
    const time = ({ imagePushedAt }: ImageDetail): number => imagePushedAt?.getTime() ?? 0;
    const tagged = images.filter(({ imageTags = [] }) => imageTags.length > 0);
    const kept = new Set(tagged.toSorted((one, other) => time(other) - time(one)).slice(0, keep));
    const gone = images.filter((image) => !kept.has(image));
    for (const batch of chunksOf(gone, 100)) {
      const imageIds = batch.map(({ imageDigest }) => ({ imageDigest }));
      deletions.push(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    }
  });
  await eachOf(deletions, atOnce, async (deletion) => {
    await ecr.send(deletion);
  });
  return [];
}
