/**
 * A sentence is enough: what a shop owner asks of n8n's workflow builder, or of an assistant that builds through n8n's MCP
 * server, leads to the right node, and the node's hints to safe settings.
 *
 * n8n's node search takes no sentences. It asks for "service names, trigger types or utility nodes", one query for each,
 * "not full task phrases", and shows five nodes for each query. So each sentence here stands with the queries a builder
 * makes of it, of nothing but words of the sentence; how far the bare sentences get is measured too. The search is the
 * installed n8n's own, among all the nodes that n8n brings.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { INodeTypeDescription } from 'n8n-workflow';
import { start } from '../../tools/processes.mjs';
import { ROOT } from '../../tools/ready.mjs';
import { MANIFEST, NODES } from '../support/manifest.mts';
import { installN8n } from './install.mts';
import { tell } from './setup.mts';

const PACKAGE = 'n8n-nodes-inventory-sync.';
const ACTION = /\.(webflow|ecwid|rootfi)Inventory$/;
const TRIGGER = /\.(webflow|ecwid|rootfi)InventoryTrigger$/;
const TOOL = /\.(webflow|ecwid|rootfi)InventoryTool$/;

interface Asked {
	sentence: string;
	queries: string[];
	/** The right node; where the sentence names no shop, that of any. */
	right: RegExp;
	/** Whether a tool for an agent is looked for, which n8n's search is told. */
	toolsOnly?: boolean;
}

const ask = (sentence: string, queries: string[], right: RegExp, toolsOnly = false): Asked => ({
	sentence,
	queries,
	right,
	toolsOnly,
});

const REQUESTS: Asked[] = [
	ask(
		'Set Ecwid stock from a Google Sheet every night',
		['ecwid', 'google sheet', 'set stock'],
		/\.ecwidInventory$/,
	),
	ask('Reduce stock when an order is paid', ['reduce stock', 'order paid'], ACTION),
	ask('Tell me when something is low', ['low'], TRIGGER),
	ask(
		'Update the quantities on my Webflow site from a spreadsheet',
		['webflow', 'update quantities', 'spreadsheet'],
		/\.webflowInventory$/,
	),
	ask(
		'Deduct what WooCommerce sold from the stock in Webflow',
		['woocommerce', 'webflow', 'deduct stock'],
		/\.webflowInventory$/,
	),
	ask('Restock the items of a canceled order', ['canceled order', 'restock items'], ACTION),
	ask(
		'Message me on Telegram when a product is sold out',
		['telegram', 'product sold out'],
		TRIGGER,
	),
	ask('Warn us before we run out of stock', ['warn', 'out of stock'], TRIGGER),
	ask(
		"Import my supplier's price list into Ecwid",
		['ecwid', 'import supplier list'],
		/\.ecwidInventory$/,
	),
	ask(
		'Copy stock levels from Webflow to Ecwid as they change',
		['webflow', 'stock levels change', 'ecwid'],
		/\.ecwidInventory$/,
	),
	ask(
		'Start when the stock changes in Webflow',
		['webflow', 'stock changes'],
		/\.webflowInventoryTrigger$/,
	),
	ask('Tell Slack when a product is back in stock', ['slack', 'product back in stock'], TRIGGER),
	ask('Set the quantity of one SKU to zero', ['set quantity', 'sku'], ACTION),
	ask('Enter the stock-take of our warehouse', ['stock-take', 'warehouse'], ACTION),
	ask(
		'Let my agent look up the stock level in Ecwid',
		['ecwid', 'stock level'],
		/\.ecwidInventoryTool$/,
		true,
	),
	ask('Let the chatbot say how much inventory is left', ['chatbot', 'inventory'], TOOL, true),
	ask(
		'Reorder when RootFi falls below the reorder level',
		['rootfi', 'reorder level'],
		/\.rootfiInventoryTrigger$/,
	),
	ask('Stop overselling in two shops with one warehouse', ['overselling', 'shops'], ACTION),
	ask('Hold back a safety stock of five', ['safety stock'], ACTION),
	ask(
		'Write the inventory of RootFi to Excel',
		['rootfi', 'inventory', 'excel'],
		/\.rootfiInventory$/,
	),
];

const SHOPS = /webflow|ecwid|rootfi/i;

interface Found {
	lists: string[][];
	text: string;
}

/** A node as n8n has it loaded: named after its package, with its codex file. */
function loaded({ description }: (typeof NODES)[number], n: number): INodeTypeDescription {
	const file = MANIFEST.n8n.nodes[n].replace(/^dist\//, '').replace(/\.js$/, '.json');
	const codex = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as object;
	return { ...description, name: `${PACKAGE}${description.name}`, codex };
}

const answer = {} as { count: number; found: Found[]; definitions: Record<string, string> };
beforeAll(async () => {
	const { node, folder } = await installN8n(tell, '2');
	const child = start(node, [path.join(ROOT, 'test/host/node-catalog.mjs'), folder], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const searches = [
		...REQUESTS,
		...REQUESTS.map((request) => ({ ...request, queries: [request.sentence] })),
	];
	child.stdin?.end(JSON.stringify({ nodes: NODES.map(loaded), searches }));
	Object.assign(answer, JSON.parse(await text(child.stdout as NodeJS.ReadableStream)));
});

const found = (list: string[], right: RegExp): boolean =>
	list.slice(0, 3).some((id) => id.startsWith(PACKAGE) && right.test(id));

/** Which kind of node is right, whatever the shop. */
const kindOf = ({ right }: Asked): RegExp =>
	right.source.includes('Trigger') ? TRIGGER : right.source.includes('Tool') ? TOOL : ACTION;

const words = (some: string): string[] => some.toLowerCase().match(/[\w-]+/g) ?? [];

test('the search knows all the nodes of n8n', () => {
	expect(answer.count).toBeGreaterThan(700);
	const names = Object.keys(answer.definitions);
	expect(names.filter((name) => ACTION.test(name))).toHaveLength(3);
	expect(names.filter((name) => TRIGGER.test(name))).toHaveLength(3);
	expect(names.filter((name) => TOOL.test(name))).toHaveLength(3);
});

describe.each(REQUESTS.map((request, n) => [request.sentence, request, n] as const))(
	'%s',
	(sentence, request, n) => {
		test('the sentence has the right node among the first three', () => {
			const { lists } = answer.found[n];
			const right = lists.filter((list) => found(list, request.right));
			expect({ lists, found: right.length > 0 }).toStrictEqual({ lists, found: true });
		});

		test('the sentence without the name of a shop has a node of that kind among the first three', () => {
			const made = request.queries.flatMap(words);
			expect(made.filter((word) => !words(sentence).includes(word))).toStrictEqual([]);
			const lists = answer.found[n].lists.filter((_, query) => !SHOPS.test(request.queries[query]));
			const right = lists.filter((list) => found(list, kindOf(request)));
			expect({ lists, found: right.length > 0 }).toStrictEqual({ lists, found: true });
		});
	},
);

test('more than half of the sentences lead there even as they are, which n8n advises against', () => {
	const asTheyAre = REQUESTS.filter(({ right }, n) =>
		found(answer.found[REQUESTS.length + n].lists[0], right),
	);
	expect(asTheyAre.length).toBeGreaterThan(REQUESTS.length / 2);
});

describe('what n8n tells of a node', () => {
	/** What the search says of each of ours that it found, by name. */
	const told = (): Array<[string, string]> => {
		const blocks = answer.found.flatMap(({ text: all }) => all.split(/\n(?=- )/));
		return blocks.flatMap((block) => {
			const [, name] = /^- (\S+)/.exec(block) ?? [];
			return name?.startsWith(PACKAGE) === true ? [[name, block] as [string, string]] : [];
		});
	};
	const of = (kind: RegExp): string[] => {
		const blocks = new Map(told().filter(([name]) => kind.test(name)));
		expect(blocks.size).toBe(3);
		return [...blocks.values()];
	};

	test.each([ACTION, TOOL])('what n8n tells of a node leads from %s to safe settings', (kind) => {
		for (const block of of(kind)) {
			expect(block).toMatch(/@builderHint .*by SKU, as it is written/);
			expect(block).toMatch(/Idempotency Key made of the order number and the line number/);
			expect(block).toMatch(/not been run before, switch on Dry Run/);
			expect(block).toMatch(/connect the error output to a sheet or message that a person reads/);
			expect(block).toMatch(/adjustByDelta\n.*\n.*@builderHint .*Always with an idempotencyKey/);
			expect(block).toMatch(/setQuantity\n.*\n.*@builderHint .*Never for order lines/);
		}
	});

	test('what n8n tells of a node keeps a trigger of stock from being taken for one of orders, and from starting itself', () => {
		for (const block of of(TRIGGER)) {
			expect(block).toContain('[TRIGGER]');
			expect(block).toMatch(/@builderHint .*not when an order is placed/);
			expect(block).toMatch(/Leave Ignore Own Writes on/);
			expect(block).toMatch(/eventId as the Idempotency Key/);
			expect(block).toMatch(/@relatedNodes\n.*Inventory: /);
		}
	});

	test('what n8n tells of a node warns where a service is unlike the others', () => {
		const [ecwid, rootfi, webflow] = of(ACTION).sort();
		expect(ecwid).not.toMatch(/Get Many sends|cannot add/);
		expect(webflow).toContain('Get Many sends one request per SKU');
		expect(rootfi).toContain('RootFi cannot add units itself');
	});

	test.each([
		['item', 'Use the mode sku'],
		['quantity', 'with no default and no conversion'],
		['delta', 'with no default and no conversion'],
		['direction', 'takeAway, not an expression'],
		['idempotencyKey', 'no date, no execution ID, no item index, no random value'],
		['dryRun', 'true for the first run of a new sheet'],
		['sameItemRows', 'sum where the same item is counted in several places'],
	])('what n8n tells of the field %s says how to fill it in', (field, hint) => {
		const definitions = Object.entries(answer.definitions).filter(([name]) => !TRIGGER.test(name));
		expect(definitions).toHaveLength(6);
		for (const [, definition] of definitions) {
			const [, comment] =
				new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*${field}\\?:`).exec(definition) ?? [];
			expect(comment).toContain('@builderHint');
			expect(comment).toContain(hint);
		}
	});
});
