/** The packed package in a real n8n. Starting n8n takes seconds, a whole demo a minute; nothing here is retried. */
import { shared } from './jest.config.mjs';

export default {
	...shared,
	testMatch: ['<rootDir>/test/host/**/*.test.mts'],
	testTimeout: 300_000,
};
