/** The packed package in n8n's queue mode. Ten minutes; the tests of the one file go on from each other's state. */
import { shared } from './jest.config.mjs';

export default {
	...shared,
	testMatch: ['<rootDir>/test/queue/**/*.test.mts'],
	testTimeout: 600_000,
};
