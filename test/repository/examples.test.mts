/** What every example owes the person who imports it. That they work is shown in test/host. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IConnections } from 'n8n-workflow';
import { ROOT } from '../../tools/ready.mjs';

interface Node {
	id: string;
	name: string;
	type: string;
	position: [number, number];
	parameters: {
		content?: string;
		width?: number;
		height?: number;
		operation?: string;
		options?: object;
	};
	credentials?: Record<string, { id: string }>;
	onError?: string;
}

interface Example {
	name: string;
	nodes: Node[];
	connections: IConnections;
	settings: { executionOrder: string };
}

const STICKY = 'n8n-nodes-base.stickyNote';
/** How large the editor draws a node, and how much its name needs around it, in its own pixels. */
const BOX = 96;
const NAMED = { width: 200, height: 150 };

const FILES = readdirSync(path.join(ROOT, 'examples')).filter((name) => name.endsWith('.json'));
const page = readFileSync(path.join(ROOT, 'examples/README.md'), 'utf8');

const targetsOf = ({ connections }: Example, from: string) =>
	(connections[from]?.main ?? []).map((output) => output ?? []);

describe.each(FILES)('%s', (file) => {
	const text = readFileSync(path.join(ROOT, 'examples', file), 'utf8');
	const example = JSON.parse(text) as Example;
	const nodes = example.nodes.filter(({ type }) => type !== STICKY);
	const [note, ...otherNotes] = example.nodes.filter(({ type }) => type === STICKY);

	test('the example stands in the page, with a picture', () => {
		const name = path.basename(file, '.json');
		expect(page).toContain(`\`${file}\``);
		expect(page).toContain(`(../docs/pictures/examples/${name}.png)`);
	});

	test('the example says in a note what to fill in, and names nodes that are there', () => {
		expect(otherNotes).toStrictEqual([]);
		const content = String(note.parameters.content);
		expect(content).toMatch(/^## .+\n/);
		expect(content).toContain('**Fill in**');
		const asks = nodes.filter(({ parameters }) =>
			/"(site|url|documentId)":/.test(JSON.stringify(parameters)),
		);
		const unnamed = asks.filter(({ name, type }) => {
			const isSheet = type === 'n8n-nodes-base.googleSheets';
			return !content.includes(isSheet ? 'Google Sheets nodes' : `**${name}**`);
		});
		expect(unnamed.map(({ name }) => name)).toStrictEqual([]);
	});

	test('the example carries no credential of ours, and no address but examples and the demo', () => {
		const ids = example.nodes.flatMap(({ credentials }) =>
			Object.values(credentials ?? {}).map(({ id }) => id),
		);
		expect(ids.filter((id) => id !== '')).toStrictEqual([]);
		const hosts = [...text.matchAll(/https?:\/\/([^/"\s]+)/g)].map(([, host]) => host);
		const known = /(^|\.)example$|^127\.0\.0\.1:4010$|^app\.ecwid\.com$/;
		expect(hosts.filter((host) => !known.test(host))).toStrictEqual([]);
	});

	test('the example runs in today’s order, and every line ends at a node', () => {
		expect(example.settings).toStrictEqual({ executionOrder: 'v1' });
		expect(new Set(example.nodes.map(({ id }) => id)).size).toBe(example.nodes.length);
		const names = new Set(nodes.map(({ name }) => name));
		const ends = Object.keys(example.connections).flatMap((from) => [
			from,
			...targetsOf(example, from).flatMap((output) => output.map(({ node }) => node)),
		]);
		expect(ends.filter((name) => !names.has(name))).toStrictEqual([]);
	});

	test('the example leaves no failed row without a way', () => {
		const ours = nodes.filter(({ type }) => /^n8n-nodes-inventory-sync\.\w+Inventory$/.test(type));
		const lost = ours.filter(({ name, onError, parameters }) => {
			// Without the list there is nothing to do: the run ends as failed.
			if (onError === undefined) return parameters.operation !== 'getMany';
			const output = onError === 'continueErrorOutput' ? 1 : 0;
			return (targetsOf(example, name)[output] ?? []).length === 0;
		});
		expect(lost.map(({ name }) => name)).toStrictEqual([]);
	});

	test('the example reads CSV files without their byte order mark, which would be part of the first column’s name', () => {
		const readers = nodes.filter(({ type }) => type === 'n8n-nodes-base.extractFromFile');
		for (const { parameters } of readers) {
			if ((parameters.operation ?? 'csv') !== 'csv') continue;
			expect(parameters.options).toMatchObject({ enableBOM: true });
		}
	});

	test('the example lies on the canvas so that it can be read', () => {
		const tooClose = nodes.flatMap((one, n) =>
			nodes
				.slice(n + 1)
				.filter(
					({ position: [x, y] }) =>
						Math.abs(x - one.position[0]) < NAMED.width &&
						Math.abs(y - one.position[1]) < NAMED.height,
				)
				.map((other) => `${one.name} and ${other.name}`),
		);
		expect(tooClose).toStrictEqual([]);
		const [left, top] = note.position;
		const { width = 0, height = 0 } = note.parameters;
		const under = nodes.filter(
			({ position: [x, y] }) =>
				x + BOX > left && x < left + width && y + BOX > top && y < top + height,
		);
		expect(under.map(({ name }) => name)).toStrictEqual([]);
	});
});
