import policy from '../../../ops.config.ts';
import { live } from '../../../shared/lambda/live.ts';
import { compose } from './compose.ts';

export const handler = compose(process.env, live(policy));
