import { describe, it } from '@jest/globals';
import { startPostgres15, whyNoPostgres15 } from '../database/postgres-15.ts';
import { restoreSuite } from './suite.ts';

const lacking = whyNoPostgres15();

if (lacking === undefined) describe('PostgreSQL 15', () => restoreSuite(startPostgres15));
else it.skip(`PostgreSQL 15: ${lacking}`, () => undefined);
