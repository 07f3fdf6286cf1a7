/**
 * The packed package in a real n8n, and in that its editor in a browser. Starting n8n takes seconds, a whole demo a
 * minute; nothing here is retried.
 */
import { shared } from './jest.config.mjs';

export default {
	...shared,
	testMatch: ['<rootDir>/test/{host,browser}/**/*.test.mts'],
	testTimeout: 300_000,
};
