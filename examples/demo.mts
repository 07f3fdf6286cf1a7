/**
 * `npm run demo`: three shops, a real n8n with the nodes in it, and three workflows that move stock.
 *
 * With `-- --once` it ends after the run: 0 when every level is what an independent calculation says, else 1.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { orderLines } from '../sandbox/catalogue.mts';
import { startSandbox } from '../sandbox/server.mts';
import type { ServiceName } from '../sandbox/sandbox.mts';
import { sandboxCredentials } from '../test/support/credentials.mts';
import { N8n, OWNER, type WorkflowJson } from '../test/host/n8n.mts';
import { OMITTED } from '../test/host/lines.mts';
import { listenOn, portOr } from '../test/host/ports.mts';
import { Chat } from '../test/host/receivers.mts';
import { afterOrders, afterStockTake, afterSupplierFeed, type Stock } from './expected.mts';
import { SHOP_FLOOR, STORE_ROOM, SUPPLIER } from './spreadsheets.mts';

const SANDBOX_PORT = 4010;
const EDITOR_PORT = 5678;
const SHOPS: Record<ServiceName, string> = { webflow: 'Webflow', ecwid: 'Ecwid', rootfi: 'RootFi' };
/** The sandbox tells so in its headers, and the nodes follow: a demo should not take Webflow's hour. */
const DEMO_LIMIT = { requests: 6_000 };

interface Playbook {
	title: string;
	file: string;
	/** The node that starts it. */
	start: string;
	/** The node that writes to a shop, for the shops it writes to. */
	writers: Partial<Record<ServiceName, string>>;
	/** What a shop must hold afterwards. */
	expect: (before: Stock, shop: ServiceName) => Stock;
}

const ALL_SHOPS = {
	webflow: 'Webflow Inventory',
	ecwid: 'Ecwid Inventory',
	rootfi: 'RootFi Inventory',
};
const BY_HAND = 'When clicking ‘Execute workflow’';

const PLAYBOOKS: Playbook[] = [
	{
		title: 'Stock-take',
		file: 'stock-take.json',
		start: BY_HAND,
		writers: ALL_SHOPS,
		expect: (before) => afterStockTake(before, [...SHOP_FLOOR, ...STORE_ROOM]),
	},
	{
		title: 'Orders',
		file: 'orders.json',
		start: BY_HAND,
		writers: ALL_SHOPS,
		// RootFi's sandbox, like most shops behind it, takes no quantity below zero.
		expect: (before, shop) => afterOrders(before, orderLines(), shop === 'rootfi' ? 0 : undefined),
	},
	{
		title: 'Supplier feed',
		file: 'supplier-feed.json',
		start: 'Every morning',
		writers: { ecwid: 'Set in Ecwid' },
		expect: (before, shop) => (shop === 'ecwid' ? afterSupplierFeed(before, SUPPLIER) : before),
	},
];
/** Those that the n8n of this run can do: 1.x has no tables that a workflow makes. */
const SHOWN = PLAYBOOKS.filter(
	({ file }) => !OMITTED.tablesOnTheWay || file !== 'supplier-feed.json',
);

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
const startedAt = Date.now();

function progress(what: string): void {
	console.log(`[${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(3)} s] ${what}`);
}

async function importExample(file: string): Promise<string> {
	const text = await readFile(new URL(file, import.meta.url), 'utf8');
	const workflow = JSON.parse(
		text
			.replaceAll(`http://127.0.0.1:${SANDBOX_PORT}`, sandbox.url)
			.replaceAll('https://supplier.example/stock.csv', `${sandbox.url}/files/supplier.csv`)
			.replaceAll('https://chat.example/your-webhook', chat.url),
	) as WorkflowJson;
	for (const node of workflow.nodes) {
		for (const [type, credential] of Object.entries(node.credentials ?? {})) {
			if (type in credentials) credential.id = credentials[type];
			else delete node.credentials;
		}
	}
	return await n8n.createWorkflow(workflow);
}

/** Runs one workflow and compares every level with what it must be; returns how many are wrong. */
async function runAndCompare(
	{ title, start, writers, expect }: Playbook,
	workflowId: string,
): Promise<number> {
	const before = sandbox.sandbox.stock();
	progress(`Running “${title}”`);
	const execution = await n8n.run(workflowId, start);
	if (execution.status !== 'success') {
		console.log(`The workflow ended as ${execution.status}: ${execution.error?.message ?? ''}`);
		return 1;
	}
	const after = sandbox.sandbox.stock();
	let wrong = 0;
	const lines = new Map<string, string[]>();
	for (const name of Object.keys(SHOPS) as ServiceName[]) {
		const expected = expect(before[name], name);
		for (const [n, item] of after[name].entries()) {
			const right =
				item.quantity === expected[n].quantity && item.unlimited === expected[n].unlimited;
			if (!right) wrong += 1;
			const moved = item.quantity !== before[name][n].quantity;
			if (!moved && right) continue;
			const code = item.sku ?? item.itemId;
			const cells = lines.get(code) ?? ['', '', ''];
			cells[Object.keys(SHOPS).indexOf(name)] =
				`${before[name][n].quantity} → ${item.quantity} (${expected[n].quantity})${right ? '' : ' WRONG'}`;
			lines.set(code, cells);
		}
	}
	print(title, lines);
	for (const [shop, node] of Object.entries(writers)) {
		console.log(
			`${SHOPS[shop as ServiceName]}: ${execution.items(node).length} rows through, ${execution.items(node, 1).length} for a person`,
		);
	}
	for (const message of chat.received.splice(0)) {
		console.log(`In the chat: ${(message as { text: string }).text.replaceAll('\n', '\n  ')}`);
	}
	console.log(wrong === 0 ? 'Every level is as expected.\n' : `${wrong} levels are WRONG.\n`);
	return wrong;
}

function print(title: string, lines: Map<string, string[]>): void {
	console.log(`\n${title}: before → after (expected)\n`);
	const row = (cells: string[]): string =>
		cells.map((cell, n) => cell.padEnd(n === 0 ? 10 : 24)).join('');
	console.log(row(['SKU', ...Object.values(SHOPS)]));
	for (const [sku, cells] of [...lines].sort(([a], [b]) => a.localeCompare(b)))
		console.log(row([sku, ...cells]));
	console.log('');
}

progress('Starting the three shops');
const sandbox = await listenOn(startSandbox, SANDBOX_PORT);
sandbox.sandbox.limit('webflow', DEMO_LIMIT);
sandbox.sandbox.limit('rootfi', DEMO_LIMIT);
const chat = await Chat.open();
const n8n = await N8n.start(progress, await portOr(EDITOR_PORT));
const credentials: Record<string, string> = {};
for (const [type, data] of Object.entries(sandboxCredentials(sandbox.url))) {
	credentials[type] = await n8n.createCredential(`Sandbox: ${type}`, type, data);
}
const workflows: string[] = [];
for (const { file } of SHOWN) workflows.push(await importExample(file));
progress(`Editor:  ${n8n.url}  (${OWNER.email}, ${OWNER.password})`);
progress(`Stock:   ${sandbox.url}`);

let wrong = 0;
for (const [n, playbook] of SHOWN.entries()) wrong += await runAndCompare(playbook, workflows[n]);

if (values.once) {
	await n8n.remove();
	await chat.close();
	await sandbox.close();
	process.exit(wrong === 0 ? 0 : 1);
}
progress('The workflows:');
for (const [n, { title }] of SHOWN.entries())
	console.log(`        ${n8n.url}/workflow/${workflows[n]}  ${title}`);
progress(`The stock is at ${sandbox.url}; both stay until Ctrl+C`);
