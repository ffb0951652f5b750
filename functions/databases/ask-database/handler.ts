import { withDatabases } from '../../../shared/database/live.ts';
import { live } from '../../../shared/lambda/live.ts';
import { compose } from './compose.ts';

export const handler = compose(process.env, { ...live({}), ...withDatabases(process.env) });
