/** The nodes in the real editor: found, added, connected, filled in and run by what stands on the screen. */
import { ECWID_STORE_ID, ECWID_TOKEN } from '../../sandbox/ecwid/ecwid.mts';
import { ROOTFI_KEY } from '../../sandbox/rootfi/rootfi.mts';
import { WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { byId } from '../engine/setup.mts';
import { SITE_ID } from '../../sandbox/webflow/ids.mts';
import { SERVICES, stockWorkflow, useHost, type Service, type StockStep } from '../host/setup.mts';
import type { Editor } from './editor.mts';
import type { NodeView } from './node-view.mts';
import { useBrowser } from './setup.mts';

const NAMES: Record<Service, string> = {
	webflow: 'Webflow Inventory',
	ecwid: 'Ecwid Inventory',
	rootfi: 'RootFi Inventory',
};
const SKU = { mode: 'sku', value: '={{ $json.SKU }}', __rl: true };

const host = useHost();
const inEditor = useBrowser(host);

/** A workflow with rows and one inventory node, which is opened. */
async function openStock(editor: Editor, step: StockStep): Promise<NodeView> {
	await editor.openWorkflow(await host.n8n.createWorkflow(stockWorkflow(host, step)));
	return await editor.openNode('Stock');
}

function level(service: Service, sku: string): number | null | undefined {
	return host.running.sandbox[service].stock().find((item) => item.sku === sku)?.quantity;
}

describe('the nodes panel', () => {
	test(
		'the nodes panel finds all nodes by the words of a shop owner',
		inEditor(async (editor) => {
			await editor.openEmpty();
			for (const words of [
				'inventory',
				'stock',
				'quantity',
				'warehouse',
				'restock',
				'spreadsheet',
				'low stock',
				'sold out',
				'online store',
			]) {
				await editor.search('');
				await editor.entry(NAMES.webflow).waitFor({ state: 'hidden' });
				await editor.search(words);
				for (const name of Object.values(NAMES)) await editor.entry(name).waitFor();
			}
		}),
	);

	test.each(SERVICES)(
		'%s: the trigger and the node are added, each with its fields',
		inEditor<[Service]>(async (editor, service) => {
			const name = NAMES[service];
			await editor.openEmpty();
			await editor.search('stock');
			const trigger = await editor.add(name, 'On low stock');
			await trigger.field('threshold').waitFor();
			await trigger.close();

			await editor.search(service);
			const node = await editor.add(name, 'Set stock quantity');
			await node.field('quantity').waitFor();
			await node.close();
			await editor.node(`${name} Trigger`).waitFor();
			expect(await editor.page.getByTestId('canvas-node').count()).toBe(2);
		}),
	);
});

describe('a credential', () => {
	const CASES: Array<[Service, Record<string, string>, [string, string], string]> = [
		[
			'webflow',
			{},
			['accessToken', WEBFLOW_TOKEN],
			'Webflow did not accept the access token. Paste a current token',
		],
		[
			'ecwid',
			{ storeId: String(ECWID_STORE_ID) },
			['accessToken', ECWID_TOKEN],
			'Ecwid did not accept the access token for this store.',
		],
		['rootfi', {}, ['apiKey', ROOTFI_KEY], 'RootFi did not accept the API key.'],
	];

	test.each(CASES)(
		'%s: a wrong credential is reported in words, the right one is accepted',
		inEditor<(typeof CASES)[number]>(async (editor, service, fields, [secret, right], words) => {
			await editor.openEmpty();
			await editor.search(service);
			const node = await editor.add(NAMES[service], 'On low stock');
			const form = await node.newCredential();
			if (service === 'rootfi') await form.choose('region', 'Custom');
			const version = service === 'rootfi' ? '/v4' : '';
			await form.fill('baseUrl', `${host.running.url}/${service}${version}`);
			for (const [name, text] of Object.entries(fields)) await form.fill(name, text);
			await form.fill(secret, 'wrong');
			await form.saveInVain();
			await form.root.getByText(words).waitFor();
			await form.fill(secret, right);
			await form.saveForGood();
		}),
	);
});

describe('the lists', () => {
	test(
		'Webflow: a site is chosen from its list, then one of its SKUs by a word of its name',
		inEditor(async (editor) => {
			const node = await openStock(editor, {
				service: 'webflow',
				parameters: { operation: 'setQuantity' },
				input: [{}],
			});
			await node.pick('site', 'Sandbox Shop');
			await node.nameBy('item', 'From list');
			await node.pick('item', '71053 – WHITE METAL LANTERN', 'metal lantern');
			await node.fill('quantity', '19');
			await node.execute();
			await node.row('updated', '19').waitFor();
			expect(level('webflow', '71053')).toBe(19);
		}),
	);

	test.each(['ecwid', 'rootfi'] as Service[])(
		'%s: an item is chosen from its list by its SKU',
		inEditor<[Service]>(async (editor, service) => {
			const node = await openStock(editor, {
				service,
				parameters: { operation: 'get' },
				input: [{}],
			});
			await node.nameBy('item', 'From list');
			await node.pick('item', 'WHITE METAL LANTERN', '71053');
			await node.execute();
			await node.row(service, '71053', String(level(service, '71053'))).waitFor();
		}),
	);
});

describe('a run', () => {
	const rows: StockStep = {
		service: 'webflow',
		parameters: {
			operation: 'setQuantity',
			site: byId(SITE_ID),
			item: SKU,
			quantity: '={{ $json.Counted }}',
		},
		input: [
			{ SKU: '71053', Counted: 25 },
			{ SKU: '99999X', Counted: 3 },
			{ SKU: '84406B', Counted: 'n/a' },
		],
	};

	test(
		'a run stops at bad rows, sends them to the error output instead, and shows the result of each',
		inEditor(async (editor) => {
			const before = level('webflow', '71053');
			const node = await openStock(editor, rows);
			await node.execute();
			await node.error.getByText('2 of 3 rows cannot be written. Row 2 (99999X)').waitFor();
			await node.output.getByText('Nothing was written.').waitFor();
			expect(level('webflow', '71053')).toBe(before);

			await node.onError('using error output');
			await node.execute();
			await node.output.getByText('Success Branch (1 item)').waitFor();
			await node.row('updated', '71053', '25').waitFor();
			await node.showBranch('Error Branch (2 items)');
			await node.row('Row 2 (99999X): No item with the SKU', 'failed').waitFor();
			await node.row('Row 3 (84406B): Quantity “n/a” is not a whole number').waitFor();
			expect(level('webflow', '71053')).toBe(25);
		}),
	);

	test(
		'a dry run says what it would write, and writes nothing',
		inEditor(async (editor) => {
			const before = level('webflow', '71053');
			const node = await openStock(editor, { ...rows, input: rows.input.slice(0, 1) });
			await node.addOption('Dry Run');
			await node.flip('dryRun');
			await node.execute();
			await node.output.getByText('Dry run: 1 item would be written').waitFor();
			await node.row('planned', '71053', '25').waitFor();
			expect(level('webflow', '71053')).toBe(before);
		}),
	);
});
