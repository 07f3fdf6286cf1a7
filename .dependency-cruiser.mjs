import { readdirSync } from 'node:fs';

/**
 * The house: which folder may import from which, types included. `npm test` holds these rules, docs/architecture.md explains
 * them.
 */
const SERVICES = readdirSync(new URL('platforms', import.meta.url))
	.filter((folder) => !['http', 'shared'].includes(folder))
	.join('|');
const PACKAGE = 'credentials|inventory|n8n|nodes|platforms';
const EXTERNAL = ['npm', 'npm-dev', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'];

/** Of the project's files, those in `folder` may import only these and each other. */
const arrows = (folder, ...targets) => ({
	name: `arrows of ${folder}`,
	severity: 'error',
	from: { path: `^${folder}/` },
	to: {
		pathNot: [folder, ...targets].map((target) => `^${target}(/|$)`),
		dependencyTypesNot: EXTERNAL,
	},
});

/** Of what is not the project's, files there may import only these packages. */
const packages = (folder, ...names) => ({
	name: `packages of ${folder}`,
	severity: 'error',
	from: { path: `^(${folder})/` },
	to: {
		dependencyTypes: EXTERNAL,
		pathNot: names.map((name) => `^${name}$|node_modules/${name}/`),
	},
});

/** The arrows between the folders: nodes -> n8n -> inventory <- platforms, and n8n -> platforms. */
const BETWEEN_FOLDERS = [
	arrows('nodes', 'n8n'),
	arrows('n8n', 'inventory', 'platforms'),
	arrows('inventory'),
	arrows('platforms/http', 'inventory'),
	arrows('platforms/shared', 'platforms/http', 'inventory'),
	...SERVICES.split('|').map((service) =>
		arrows(`platforms/${service}`, 'platforms/shared', 'platforms/http', 'inventory'),
	),
	arrows('credentials', 'platforms'),
];

/**
 * The arrows inside `inventory`: run, triggers -> memory -> rows -> model, and run -> lookup -> rows. A trigger whose SKUs
 * no shop has says so in lookup's words.
 */
const INSIDE_INVENTORY = [
	arrows('inventory/model'),
	arrows('inventory/rows', 'inventory/model'),
	arrows('inventory/memory', 'inventory/rows', 'inventory/model'),
	arrows('inventory/lookup', 'inventory/rows', 'inventory/model'),
	arrows(
		'inventory/triggers',
		'inventory/lookup/unresolved-text.ts',
		'inventory/memory',
		'inventory/rows',
		'inventory/model',
	),
	arrows(
		'inventory/run',
		'inventory/triggers/own-writes.ts',
		'inventory/lookup',
		'inventory/memory',
		'inventory/rows',
		'inventory/model',
	),
];

export default {
	forbidden: [
		...BETWEEN_FOLDERS,
		...INSIDE_INVENTORY,
		packages('inventory', 'zod'),
		packages('platforms', 'zod', 'crypto'),
		packages('n8n', 'n8n-workflow', 'crypto', 'zod', 'lodash', 'luxon', 'p-limit'),
		packages('nodes|credentials', 'n8n-workflow'),
		{
			name: 'a service is known in its own files only',
			comment: 'So that a fourth is a folder, and a line in the registry',
			severity: 'error',
			from: { path: '^n8n/', pathNot: `^n8n/services/|^n8n/triggers/(${SERVICES})` },
			to: { path: `^platforms/(${SERVICES})/` },
		},
		{
			name: 'the sandbox is independent of the package',
			comment: 'It plays the services from their documentation, and so can contradict the adapters',
			severity: 'error',
			from: { path: '^sandbox/|^examples/expected\\.mts$' },
			to: { path: `^(${PACKAGE})/` },
		},
		{
			name: 'no circle',
			comment: 'No file leads back to itself, not even through a type',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'no dead file',
			comment: 'What no node and no credential reaches is not shipped',
			severity: 'error',
			from: { path: '^(nodes|credentials)/' },
			to: { path: '^(inventory|n8n|platforms)/', reachable: false },
		},
		{
			name: 'every import is found',
			severity: 'error',
			from: {},
			// What a newer Node.js brings is not known to an older one.
			to: { couldNotResolve: true, pathNot: '^node:' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: { extensions: ['.ts', '.mts', '.mjs', '.js', '.json'] },
	},
};
