/** The rules of .dependency-cruiser.mjs, each tried on a project in which one import is turned round. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../tools/ready.mjs';

interface Violation {
	rule: { name: string };
	from: string;
}

/** File, what it imports, and the rules that must refuse it. */
const TRIED: Array<[from: string, to: string, ...rules: string[]]> = [
	['nodes/node.ts', '../n8n/operations/write'],
	['nodes/domain.ts', '../inventory/run/run', 'arrows of nodes'],
	['nodes/service.ts', '../platforms/webflow/webflow', 'arrows of nodes'],
	['nodes/lodash.ts', 'lodash', 'packages of nodes|credentials'],
	['n8n/operations/write.ts', '../../inventory/run/run'],
	['n8n/operations/node.ts', '../../nodes/node', 'arrows of n8n'],
	[
		'n8n/operations/service.ts',
		'../../platforms/webflow/webflow',
		'a service is known in its own files only',
	],
	['n8n/services/webflow.ts', '../../platforms/webflow/webflow'],
	['platforms/webflow/webflow.ts', '../shared/list'],
	['platforms/shared/list.ts', '../http/connection'],
	['platforms/http/connection.ts', '../../inventory/model/item'],
	['platforms/http/shared.ts', '../shared/list', 'arrows of platforms/http'],
	['platforms/shared/service.ts', '../webflow/webflow', 'arrows of platforms/shared'],
	['platforms/ecwid/other.ts', '../webflow/webflow', 'arrows of platforms/ecwid'],
	['platforms/rootfi/n8n.ts', '../../n8n/operations/write', 'arrows of platforms/rootfi'],
	['platforms/rootfi/helpers.ts', 'n8n-workflow', 'packages of platforms'],
	['inventory/model/item.ts', 'zod'],
	['inventory/model/crypto.ts', 'crypto', 'packages of inventory'],
	['inventory/model/helpers.ts', 'n8n-workflow', 'packages of inventory'],
	[
		'inventory/model/http.ts',
		'../../platforms/http/connection',
		'arrows of inventory',
		'arrows of inventory/model',
	],
	['inventory/model/row.ts', '../rows/row', 'arrows of inventory/model'],
	['inventory/rows/row.ts', '../model/item'],
	['inventory/rows/keys.ts', '../memory/keys', 'arrows of inventory/rows'],
	['inventory/memory/keys.ts', '../rows/row'],
	['inventory/memory/run.ts', '../run/run', 'arrows of inventory/memory'],
	['inventory/lookup/find.ts', '../rows/row'],
	['inventory/lookup/keys.ts', '../memory/keys', 'arrows of inventory/lookup'],
	['inventory/triggers/own-writes.ts', '../memory/keys'],
	['inventory/triggers/poll.ts', '../lookup/find', 'arrows of inventory/triggers'],
	['inventory/run/run.ts', '../triggers/own-writes'],
	['inventory/run/poll.ts', '../triggers/poll', 'arrows of inventory/run'],
	['sandbox/server.mts', '../inventory/model/item', 'the sandbox is independent of the package'],
	['examples/expected.mts', '../inventory/rows/row', 'the sandbox is independent of the package'],
	['test/some.test.mts', '../inventory/run/run'],
	['test/lost.mts', './nowhere.mts', 'every import is found'],
];
const CIRCLE: Array<[file: string, to: string]> = [
	['n8n/output/one.ts', './two'],
	['n8n/output/two.ts', './one'],
];

function violationsIn(folder: string): Promise<Violation[]> {
	const rules = path.join(ROOT, '.dependency-cruiser.mjs');
	const folders = ['nodes', 'n8n', 'inventory', 'platforms', 'sandbox', 'examples', 'test'];
	const cli = path.join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
	return new Promise((resolve, reject) => {
		const args = [cli, '--config', rules, '--output-type', 'json', ...folders];
		execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e8 }, (_, stdout, stderr) => {
			try {
				resolve(
					(JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations,
				);
			} catch {
				reject(new Error(stderr));
			}
		});
	});
}

describe('an import that', () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'imports-'));
	let violations: Violation[];

	beforeAll(async () => {
		for (const [from, to] of [...TRIED, ...CIRCLE]) {
			mkdirSync(path.join(folder, path.dirname(from)), { recursive: true });
			// A type alone, which is gone when the code runs.
			writeFileSync(
				path.join(folder, from),
				`import type { Its } from '${to}';\nexport type Own = Its | null;\nexport type Its2 = Own;\n`,
			);
		}
		for (const name of ['zod', 'n8n-workflow', 'lodash']) {
			mkdirSync(path.join(folder, 'node_modules', name), { recursive: true });
			writeFileSync(path.join(folder, 'node_modules', name, 'index.js'), '');
		}
		writeFileSync(
			path.join(folder, 'package.json'),
			JSON.stringify({ devDependencies: { zod: '*' }, peerDependencies: { 'n8n-workflow': '*' } }),
		);
		writeFileSync(path.join(folder, 'tsconfig.json'), '{}');
		violations = await violationsIn(folder);
	}, 30_000);
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const refusedAs = (file: string): string[] =>
		violations
			.filter(({ from, rule }) => from === file && rule.name !== 'no dead file')
			.map(({ rule }) => rule.name)
			.sort();

	test.each(TRIED.filter(([, , ...rules]) => rules.length > 0))(
		'an import that leads from %s to %s is refused',
		(from, _, ...rules) => {
			expect(refusedAs(from)).toStrictEqual(rules);
		},
	);

	test.each(TRIED.filter(([, , ...rules]) => rules.length === 0))(
		'an import that leads from %s to %s is allowed',
		(from) => {
			expect(refusedAs(from)).toStrictEqual([]);
		},
	);

	test('an import that closes a circle is refused', () => {
		expect(refusedAs('n8n/output/one.ts')).toStrictEqual(['no circle']);
	});

	test('a file that no node leads to is a dead one', () => {
		const dead = violations.filter(({ rule }) => rule.name === 'no dead file');
		expect(dead.map(({ from }) => from)).toContain('n8n/output/one.ts');
		expect(dead.map(({ from }) => from)).not.toContain('n8n/operations/write.ts');
	});
});
