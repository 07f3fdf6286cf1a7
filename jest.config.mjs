/** Tests are `.mts`, so that the package's strict lint, which governs every `.ts`, leaves them to their own ways. */
const swc = {
	jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
	module: { type: 'commonjs' },
	sourceMaps: 'inline',
};

export const shared = {
	testEnvironment: 'node',
	// Another manifest of the same name.
	modulePathIgnorePatterns: ['<rootDir>/test/host/n8n-1'],
	moduleFileExtensions: ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'node'],
	transform: { '^.+\\.(m?ts|mjs)$': ['@swc/jest', swc] },
};

export default {
	projects: [
		{
			...shared,
			displayName: 'domain',
			setupFilesAfterEnv: ['<rootDir>/test/support/properties.mts'],
			testMatch: ['<rootDir>/test/{unit,repository,conformance,sandbox,bench}/**/*.test.mts'],
		},
		{
			...shared,
			displayName: 'engine',
			testMatch: ['<rootDir>/test/engine/**/*.test.mts'],
			setupFilesAfterEnv: ['<rootDir>/test/engine/setup-engine.mts'],
		},
	],
	collectCoverageFrom: ['inventory/**/*.ts', 'platforms/**/*.ts'],
	coverageDirectory: 'coverage',
	coverageReporters: ['text', 'json-summary'],
	coverageThreshold: { global: { branches: 95 } },
};
