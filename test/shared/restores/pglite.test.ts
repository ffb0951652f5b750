import { describe } from '@jest/globals';
import { startPglite } from '../database/pglite.ts';
import { restoreSuite } from './suite.ts';

describe('PGlite', () => restoreSuite(startPglite));
