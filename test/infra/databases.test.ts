import { describe, expect, it } from '@jest/globals';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';
import { ofType, permissionsOf, type Resource, resources, resourcesOf } from './templates.ts';

const { network, isolated } = policy.databases;

function deployed(name: string, among: readonly Resource[] = resources): Resource[] {
  return ofType('AWS::Lambda::Function', among).filter((lambda) => lambda.name === `Function ${name}`);
}

const environmentOf = ({ properties }: Resource) =>
  (properties.Environment as { Variables: Record<string, string> }).Variables;

const vpcConfigOf = ({ subnets, securityGroups }: typeof network) => ({
  SubnetIds: subnets,
  SecurityGroupIds: securityGroups,
});

describe('ask-database', () => {
  it('stands in the isolated network of each Region that has one, for restored copies', () => {
    const lambdas = deployed('aeon-ops-ask-database');
    expect(lambdas.map(({ region }) => region)).toEqual(Object.keys(isolated));
    for (const lambda of lambdas) {
      expect(lambda.properties.VpcConfig).toEqual(vpcConfigOf(isolated[lambda.region] ?? network));
      expect(environmentOf(lambda).ASKS).toBe('copies');
    }
  });

  it('stands beside the databases of the primary Region once more, where it may spoil nothing', () => {
    const [lambda, ...others] = deployed('aeon-ops-ask-database-source');
    expect(others).toEqual([]);
    expect(lambda).toMatchObject({ region: 'us-east-1', properties: { VpcConfig: vpcConfigOf(network) } });
    expect(lambda && environmentOf(lambda).ASKS).toBe('source');
  });

  it('may call nothing of AWS', () => {
    for (const lambda of [
      ...deployed('aeon-ops-ask-database'),
      ...deployed('aeon-ops-ask-database-source'),
    ]) {
      const own = permissionsOf(lambda).filter(({ effect }) => effect === 'Allow');
      expect(own.map(({ sid }) => sid).toSorted()).toEqual(['ConnectToNetwork', 'SeeNetwork', 'WriteOwnLog']);
    }
  });
});

describe('write-heartbeat', () => {
  it('may read the credentials of its databases and nothing else', () => {
    const [lambda] = deployed('aeon-ops-write-heartbeat');
    if (!lambda) throw new Error('it is not deployed');
    expect(lambda.properties.VpcConfig).toEqual(vpcConfigOf(network));
    const secrets = permissionsOf(lambda).find(({ sid }) => sid === 'ReadCredentials');
    expect(secrets).toMatchObject({ actions: ['secretsmanager:GetSecretValue'] });
    expect(secrets?.resources).toEqual(
      Object.values(policy.databases.instances).map(
        ({ heartbeatSecret }) =>
          `arn:aws:secretsmanager:us-east-1:111122223333:secret:${heartbeatSecret}-??????`,
      ),
    );
  });
});

describe('a function in a VPC', () => {
  it('leaves what connects it to Lambda alone: it is denied to the function itself', () => {
    const inVpc = ofType('AWS::Lambda::Function').filter(({ properties }) => properties.VpcConfig);
    expect(inVpc.length).toBeGreaterThan(0);
    for (const lambda of inVpc) {
      const statements = permissionsOf(lambda);
      const allowed = statements.flatMap(({ effect, actions }) =>
        effect === 'Allow' ? actions.filter((action) => action.startsWith('ec2:')) : [],
      );
      const denial = statements.find(({ effect }) => effect === 'Deny');
      expect(denial?.actions.toSorted()).toEqual(allowed.toSorted());
      expect(denial?.condition).toEqual({
        ArnEquals: {
          'lambda:SourceFunctionArn': `arn:aws:lambda:${lambda.region}:111122223333:function:${lambda.name.replace('Function ', '')}`,
        },
      });
    }
  });
});

it('no stack is made where there are no databases', () => {
  const without = resourcesOf(
    synthesize({ ...policy, databases: { ...policy.databases, instances: {}, isolated: {} } }),
  );
  expect(without.filter(({ stack }) => stack.startsWith('aeon-ops-databases-'))).toEqual([]);
});
