/** Every node and credential that package.json registers, from their sources. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { ROOT } from '../../tools/ready.mjs';

interface Manifest {
	scripts: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

export const MANIFEST = JSON.parse(
	readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
) as Manifest;

/** The class a file of the package exports, as n8n makes it. */
function made<T>(file: string): T {
	const source = path.join(ROOT, file.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
	const [name] = path.basename(source).split('.');
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- jest runs it as CommonJS
	const loaded = require(source) as Record<string, new () => T>;
	return new loaded[name]();
}

export const NODES = MANIFEST.n8n.nodes.map((file) => made<INodeType>(file));
export const ACTIONS = NODES.filter(({ description }) => !description.group.includes('trigger'));
export const TRIGGERS = NODES.filter(({ description }) => description.group.includes('trigger'));
export const CREDENTIALS = MANIFEST.n8n.credentials.map((file) => made<ICredentialType>(file));
