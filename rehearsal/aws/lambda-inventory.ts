import type {
  FunctionConfiguration,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
} from '@aws-sdk/client-lambda';
import { AwsError, type Call, type Kernel, type Operations } from '../kernel.ts';
import { parseArn } from './arn.ts';
import { authorize } from './authorize.ts';
import type { Lambda } from './lambda.ts';
import { pageOf } from './paging.ts';

/** A function of the platform that runs from an image. */
export interface ImageFunction {
  /** Version -> the image it was published with. `$LATEST` is one of them. */
  readonly images: Readonly<Record<string, { readonly uri: string; readonly resolved: string }>>;
}

/** The longest page of a list. */
const longestPage = 50;

/** The part of Lambda's API that tells which functions there are and what they are made of. */
export class LambdaInventory {
  readonly #kernel: Kernel;
  readonly #lambda: Lambda;
  /** By ARN. */
  readonly #imageFunctions = new Map<string, ImageFunction>();

  constructor(kernel: Kernel, lambda: Lambda) {
    this.#kernel = kernel;
    this.#lambda = lambda;
  }

  /** A function of the platform: it is listed, and cannot be invoked. */
  addImageFunction(region: string, name: string, lambdaFunction: ImageFunction): void {
    this.#imageFunctions.set(this.#arn(region, name), lambdaFunction);
  }

  readonly operations = {
    /** In no order of use; without their published versions, unless `FunctionVersion` asks for all. */
    ListFunctions: (input: ListFunctionsRequest, call: Call): ListFunctionsResponse => {
      const { FunctionVersion, MaxItems, Marker } = input;
      this.#authorize(call, 'ListFunctions', '*');
      const prefix = this.#arn(call.region, '');
      const arns = [...this.#lambda.functionArns, ...this.#imageFunctions.keys()];
      const configurations = arns
        .filter((arn) => arn.startsWith(prefix))
        .flatMap((arn) => {
          const versions = FunctionVersion === 'ALL' ? this.#versionsOf(arn) : ['$LATEST'];
          return versions.map((version) => this.#configuration(arn, version));
        });
      const { things, nextToken: NextMarker } = page(configurations, MaxItems, Marker);
      return { Functions: [...things], NextMarker };
    },

    ListVersionsByFunction: (
      input: ListVersionsByFunctionRequest,
      call: Call,
    ): ListVersionsByFunctionResponse => {
      const { FunctionName = '', MaxItems, Marker } = input;
      const arn = this.#found(call, 'ListVersionsByFunction', FunctionName);
      const { things, nextToken: NextMarker } = page(this.#versionsOf(arn), MaxItems, Marker);
      return { Versions: things.map((version) => this.#configuration(arn, version)), NextMarker };
    },

    GetFunction: (input: GetFunctionRequest, call: Call): GetFunctionResponse => {
      const { FunctionName = '', Qualifier: version = '$LATEST' } = input;
      const arn = this.#found(call, 'GetFunction', FunctionName);
      const imageFunction = this.#imageFunctions.get(arn);
      const image = imageFunction?.images[version];
      if (imageFunction !== undefined && image === undefined) throw notFound(`${arn}:${version}`);
      return {
        Configuration: this.#configuration(arn, version),
        Code:
          image === undefined
            ? {
                RepositoryType: 'S3',
                Location: `https://awslambda-${call.region}-tasks.s3.amazonaws.com/code`,
              }
            : { RepositoryType: 'ECR', ImageUri: image.uri, ResolvedImageUri: image.resolved },
      };
    },
  } satisfies Operations;

  #versionsOf(arn: string): readonly string[] {
    return Object.keys(this.#imageFunctions.get(arn)?.images ?? { $LATEST: undefined });
  }

  #configuration(arn: string, version: string): FunctionConfiguration {
    return {
      FunctionName: parseArn(arn).resource.replace('function:', ''),
      FunctionArn: version === '$LATEST' ? arn : `${arn}:${version}`,
      Version: version,
      PackageType: this.#imageFunctions.has(arn) ? 'Image' : 'Zip',
      State: 'Active',
    };
  }

  #found(call: Call, operation: string, nameOrArn: string): string {
    const arn = nameOrArn.startsWith('arn:') ? nameOrArn : this.#arn(call.region, nameOrArn);
    this.#authorize(call, operation, arn);
    if (!this.#imageFunctions.has(arn) && !this.#lambda.functionArns.includes(arn)) throw notFound(arn);
    return arn;
  }

  #authorize({ principal }: Call, operation: string, resource: string): void {
    authorize(this.#kernel, { principal, action: `lambda:${operation}`, resource }, 'AccessDeniedException');
  }

  #arn(region: string, name: string): string {
    return `arn:aws:lambda:${region}:${this.#kernel.account}:function:${name}`;
  }
}

function page<Thing>(all: readonly Thing[], size = longestPage, marker: string | undefined) {
  const cut = pageOf(all, Math.min(size, longestPage), marker);
  if (cut === undefined) throw new AwsError('InvalidParameterValueException', 'Invalid Marker');
  return cut;
}

function notFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}
