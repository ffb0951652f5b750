import policy from '../../../ops.config.ts';
import { withDatabases } from '../../../shared/database/live.ts';
import { live } from '../../../shared/lambda/live.ts';
import { compose } from './compose.ts';

export const handler = compose(process.env, { ...live(policy), ...withDatabases(process.env) });
