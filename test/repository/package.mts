/**
 * What users get: the tarball holds only what belongs in it, is small, brings nothing else with it, runs nothing when it is
 * installed, and passes the rules of n8n's own scanner, on the source and on what was packed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ROOT } from '../../tools/ready.mjs';

const LARGEST_TARBALL = 300_000;
const BELONGS =
	/^(package\.json|README\.md|LICENSE|dist\/((credentials|inventory|n8n|nodes|platforms)\/.+\.(js|json)|icons\/(webflow|ecwid|rootfi)(\.dark)?\.svg))$/;

/** What npm would install with a package, or run when it is installed, packed or unpacked. */
const DEPENDENCIES = /^(dependencies|optionalDependencies|bundle[d]?Dependencies|overrides|bin)$/;
const LIFE_CYCLE = /^(pre|post)?(install|prepare|pack|uninstall)$|^(pre)?publish$|^dependencies$/;
/** Only n8n's own installation can satisfy it, and n8n leaves it out when it installs. */
const PEERS = '{"n8n-workflow":"*"}';

interface Manifest {
	scripts: Record<string, string>;
	peerDependencies: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

const folder = mkdtempSync(path.join(tmpdir(), 'package-'));
const faults: string[] = [];
try {
	execFileSync('npm', ['run', 'build', '--silent'], {
		cwd: ROOT,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [{ filename, files }] = JSON.parse(packed.toString()) as Array<{
		filename: string;
		files: Array<{ path: string }>;
	}>;
	const tarball = path.join(folder, filename);
	const { size } = statSync(tarball);
	if (size > LARGEST_TARBALL) faults.push(`The tarball has ${size} bytes`);
	for (const file of files)
		if (!BELONGS.test(file.path)) faults.push(`${file.path} does not belong in it`);

	execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	const manifest = JSON.parse(
		readFileSync(path.join(folder, 'package', 'package.json'), 'utf8'),
	) as Manifest;
	for (const name of Object.keys(manifest))
		if (DEPENDENCIES.test(name)) faults.push(`package.json has ${name}`);
	for (const name of Object.keys(manifest.scripts))
		if (LIFE_CYCLE.test(name)) faults.push(`The script ${name} would run on its own`);
	if (JSON.stringify(manifest.peerDependencies) !== PEERS)
		faults.push('A peer dependency other than n8n-workflow');
	const packedPaths = new Set(files.map((file) => file.path));
	const wanted = [
		...manifest.n8n.credentials,
		...manifest.n8n.nodes,
		// What the search in n8n's node panel knows of a node.
		...manifest.n8n.nodes.map((node) => node.replace(/\.js$/, '.json')),
	];
	for (const file of wanted) if (!packedPaths.has(file)) faults.push(`${file} is missing in it`);

	const scans = {
		source: await analyzePackage(ROOT, SOURCE_FILE_PATTERNS),
		dist: await analyzePackage(path.join(folder, 'package'), ['**/*.js', 'package.json']),
	};
	for (const [leg, scan] of Object.entries(scans)) {
		if (!scan.passed)
			faults.push(`The scanner refuses the ${leg}: ${scan.message}\n${scan.details ?? ''}`);
	}
	console.log(`${files.length} files, ${Math.round(size / 1_000)} KB, scanned on source and dist`);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
