/** A module of the AWS SDK that a bundle has in another form. */
export interface Replacement {
  /** Below `node_modules`. */
  readonly file: string;
  /** JavaScript that exports what the rest of the SDK imports from it. */
  readonly source: string;
}

const core = '@smithy/core/dist-es/submodules';

/**
 * What never runs in our functions, or can end in one way only on Lambda. Should it be called after all, it throws and
 * names itself. In brackets: what it saves of a minified bundle.
 */
export const replacements: readonly Replacement[] = [
  // Lambda hands the role's credentials over in the environment, and starts the function anew to renew them. The other
  // links of the chain (profiles, SSO, STS, processes, containers, EC2) bring three more clients. [130 KB,
  // a sixth of the start]
  {
    file: '@aws-sdk/credential-provider-node/dist-es/index.js',
    source: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },

  // No operation of ours streams events. The SDK imports this part dynamically, and so esbuild would have to make all
  // that it shares with the rest of the SDK start on demand, with nothing unused dropped from it. [19 KB and 3 KB]
  // The clients of Amazon S3 and AWS Lambda name it in their settings besides.
  {
    file: `${core}/event-streams/index.js`,
    source: `
      export const resolveEventStreamSerdeConfig = (settings) => settings;
      export const eventStreamSerdeProvider = () => { ${absent('Event streams')} };
      ${absentClass('EventStreamSerde')}`,
  },
  {
    file: '@smithy/signature-v4/dist-es/HeaderFormatter.js',
    source: `export class HeaderFormatter { format() { ${absent('Signing of streamed events')} } }`,
  },

  // A function has no ~/.aws. Every setting would look for its files, fail, and take its default. [2 KB]
  {
    file: `${core}/config/node-config-provider/fromSharedConfigFiles.js`,
    source: `
      import { CredentialsProviderError } from '../property-provider/CredentialsProviderError';
      export const fromSharedConfigFiles = () => async () => {
        throw new CredentialsProviderError('a Lambda function has no shared configuration files');
      };`,
  },

  // Lambda sets AWS_REGION, so nobody has to ask an EC2 instance where it stands. [1 KB]
  {
    file: `${core}/config/config-resolver/regionConfig/getInstanceMetadataRegion.js`,
    source: 'export const getInstanceMetadataRegion = async () => undefined;',
  },

  // DynamoDB's client makes this cache, and none of its operations asks it for an endpoint. [8 KB]
  {
    file: '@aws-sdk/endpoint-cache/dist-es/EndpointCache.js',
    source: 'export class EndpointCache {}',
  },

  // Our stacks do not set AWS_RETRY_MODE, and the default is the standard mode. [3 KB]
  {
    file: `${core}/retry/util-retry/AdaptiveRetryStrategy.js`,
    source: absentClass('AdaptiveRetryStrategy'),
  },

  // Digests in JavaScript, for a Node.js that was built without OpenSSL's. [5 KB]
  { file: `${core}/checksum/sha256/Sha256Js.js`, source: absentClass('Sha256Js') },
  { file: `${core}/checksum/md5/Md5Js.js`, source: absentClass('Md5Js') },

  // Ids of requests. The SDK asks the global `crypto` for them, which loads the Web Crypto API. [2 % of the start]
  {
    file: `${core}/serde/uuid/v4.js`,
    source: `
      import { randomUUID } from 'node:crypto';
      export const bindV4 = () => () => randomUUID();`,
  },

  // The length of a request's body; ours are texts and bytes. To recognise a file stream as well, the SDK loads the
  // streams and the promises of node:fs. [3 % of the start]
  {
    file: `${core}/serde/util-body-length/calculateBodyLength.js`,
    source: `
      export const calculateBodyLength = (body) => {
        if (!body) return 0;
        if (typeof body === 'string') return Buffer.byteLength(body);
        if (typeof body.byteLength === 'number') return body.byteLength;
        ${absent('The length of a body that is neither text nor bytes')}
      };`,
  },
];

function absent(what: string): string {
  return `throw new Error('${what}: left out of this bundle, see infra/bundling/sdk-replacements.ts');`;
}

function absentClass(name: string): string {
  return `export class ${name} { constructor() { ${absent(name)} } }`;
}
