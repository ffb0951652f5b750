import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { registryKeyAlias } from '../names.ts';

/**
 * The key of the images in one Region. Whoever creates a repository gives ECR grants on it, so the key's policy needs
 * to let in nobody but the account. Without the key the images cannot be read: it outlives its stack.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
 */
export class RegistryKey extends Key {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      alias: registryKeyAlias,
      description: 'Encrypts the container images of this Region.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
