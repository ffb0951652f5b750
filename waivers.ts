import type { Waiver } from './shared/policy/schema.ts';

/**
 * Vulnerabilities that are accepted for a while, each with an owner, a reason and an end. Those that are about to end,
 * have ended, have lapsed or never match anything are reported.
 */
const waivers: Waiver[] = [];

export default waivers;
