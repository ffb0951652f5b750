import policy from '../../../ops.config.ts';
import { withDns } from '../../../shared/lambda/dns.ts';
import { live } from '../../../shared/lambda/live.ts';
import { compose } from './compose.ts';

export const handler = compose(process.env, { ...live(policy), ...withDns() });
