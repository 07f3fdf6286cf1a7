/**
 * `npm test` and all that begins with it: makes the clone ready, runs every step, and says in its last line what came of it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endWithParent } from './processes.mjs';
import { makeReady, run } from './ready.mjs';

const N8N = ['n8n', 'tsx', ['test/host/ready.mts']];

const LINT = [
	['Lint of what is shipped', 'n8n-node', ['lint']],
	['Lint of everything else', 'eslint', ['--config', 'eslint.tests.config.mjs', '.']],
	[
		'Imports',
		'depcruise',
		[
			'credentials',
			'nodes',
			'n8n',
			'inventory',
			'platforms',
			'sandbox',
			'bench',
			'examples',
			'test',
			'tools',
		],
	],
	['Formatting', 'prettier', ['--check', '--log-level=warn', '.']],
];

const SUITES = {
	lint: LINT,
	unit: [
		...LINT,
		['Types', 'tsc', ['-p', 'tsconfig.test.json']],
		// Much of it waits, so two at a time pay even on two cores.
		['Tests', 'jest', ['--coverage', '--maxWorkers=2']],
		['Package', 'tsx', ['test/repository/package.mts']],
	],
	e2e: [N8N, ['End to end', 'jest', ['--config', 'jest.e2e.config.mjs', '--runInBand']]],
	queue: [N8N, ['Queue mode', 'jest', ['--config', 'jest.queue.config.mjs', '--runInBand']]],
	'n8n-1': [
		[...N8N, { N8N_VERSION: '1' }],
		[
			'End to end, in n8n 1',
			'jest',
			[
				...['--config', 'jest.e2e.config.mjs', '--runInBand', 'test/host'],
				// n8n 1 has no such search.
				'--testPathIgnorePatterns=node-search',
			],
			{ N8N_VERSION: '1' },
		],
	],
};

endWithParent();
await makeReady();
const results = mkdtempSync(path.join(tmpdir(), 'test-results-'));
let passed = 0;
let failed = 0;
for (const [name, command, args, env] of SUITES[process.argv[2] ?? 'unit']) {
	console.log(`\n${name}`);
	const isJest = command === 'jest';
	const output = path.join(results, `${passed}.json`);
	const status = await run(command, isJest ? [...args, '--json', `--outputFile=${output}`] : args, {
		// What jest would print as JSON is in the file; its report for people goes to stderr.
		stdio: isJest ? ['inherit', 'ignore', 'inherit'] : 'inherit',
		env,
	});
	if (!isJest) {
		if (status === 0) passed += 1;
		else failed += 1;
		continue;
	}
	const counts = countsOf(output);
	passed += counts.passed;
	// A threshold that was missed, or a file that could not be loaded, fails no test of its own.
	failed += counts.failed === 0 && status !== 0 ? 1 : counts.failed;
}
rmSync(results, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function countsOf(file) {
	try {
		const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
		return { passed: numPassedTests, failed: numFailedTests };
	} catch {
		return { passed: 0, failed: 0 };
	}
}
