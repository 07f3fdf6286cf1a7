/**
 * The lint of what is not shipped: tests, sandbox, examples, benchmark and tools, all `.mts` and `.mjs`. Every `.ts` is under
 * n8n's strict lint, in eslint.config.mjs, which n8n wants exactly as it is.
 */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import { configs } from 'typescript-eslint';

export default defineConfig(
	{ ignores: ['dist', 'coverage', '**/node_modules', '**/*.ts'] },
	{
		files: ['**/*.mts'],
		extends: [js.configs.recommended, configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { project: 'tsconfig.test.json' } },
		rules: {
			// Tests read answers and workflows as JSON, which is `any`, and print what they find.
			'@typescript-eslint/no-base-to-string': 'off',
			'@typescript-eslint/no-explicit-any': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/restrict-template-expressions': 'off',
			// A stand-in has the signature of what it stands in for.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/unbound-method': 'off',
			// A member left out by taking the rest is not unused.
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
		},
	},
	{
		files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
		ignores: ['sandbox/page/**'],
		extends: [js.configs.recommended],
		languageOptions: { globals: globals.node },
	},
	{
		files: ['sandbox/page/**/*.js'],
		extends: [js.configs.recommended],
		languageOptions: { globals: globals.browser },
	},
);
