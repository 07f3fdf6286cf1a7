/** Every operation of every node, packed, installed and run in a real n8n. */
import { bySku, parameters } from '../engine/setup.mts';
import { OMITTED } from './lines.mts';
import { useHost, results, runStock, SERVICES } from './setup.mts';

const host = useHost();

describe('n8n’s list of nodes', () => {
	test('n8n’s list of nodes shows the nodes, their tools and the triggers, each with a light and a dark icon', async () => {
		const response = await fetch(`${host.n8n.url}/types/nodes.json`, {
			headers: { Cookie: `${host.n8n.session.name}=${host.n8n.session.value}` },
		});
		const all = (await response.json()) as Array<{
			name: string;
			iconUrl: { light: string; dark: string };
		}>;
		const ours = all.filter(({ name }) => name.startsWith('n8n-nodes-inventory-sync.'));
		expect(ours.map(({ name }) => name.split('.')[1]).sort()).toStrictEqual([
			'ecwidInventory',
			'ecwidInventoryTool',
			'ecwidInventoryTrigger',
			'rootfiInventory',
			'rootfiInventoryTool',
			'rootfiInventoryTrigger',
			'webflowInventory',
			'webflowInventoryTool',
			'webflowInventoryTrigger',
		]);
		for (const { iconUrl } of ours) {
			expect(iconUrl.light).not.toBe(iconUrl.dark);
			for (const icon of [iconUrl.light, iconUrl.dark]) {
				const svg = await (await fetch(`${host.n8n.url}/${icon}`)).text();
				expect(svg).toContain('<svg');
			}
		}
	});
});

describe.each(SERVICES)('%s', (service) => {
	test('Set Quantity sets the quantity', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('setQuantity'),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '71053', qty: '' },
				{ sku: '0017', qty: '25' },
			],
		});
		expect(execution.status).toBe('success');
		expect(results(execution)).toMatchObject([
			{ status: 'updated', previousQuantity: 124, quantity: 5, delta: -119 },
			{ status: 'skipped' },
			{ status: 'unchanged', quantity: 25 },
		]);
	});

	test('Adjust by Delta changes the level by the delta', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('adjustByDelta'),
			input: [
				{ sku: '85123A', qty: -6, key: '' },
				{ sku: '85123A', qty: '-2', key: '' },
			],
		});
		expect(results(execution)).toMatchObject([
			{ status: 'updated', previousQuantity: 124, quantity: 116, delta: -6 },
			{ status: 'updated', previousQuantity: 124, quantity: 116, delta: -2 },
		]);
	});

	if (service !== 'rootfi') {
		test('Set Unlimited makes the stock unlimited', async () => {
			const execution = await runStock(host, {
				service,
				parameters: parameters('setUnlimited'),
				input: [{ sku: '85123A' }],
			});
			expect(results(execution)).toMatchObject([
				{ status: 'updated', unlimited: true, quantity: null },
			]);
		});
	}

	test('Get gives the level', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('get', { item: bySku('71053') }),
			input: [{}],
		});
		expect(results(execution)).toMatchObject([{ sku: '71053', quantity: 31, inStock: true }]);
	});

	test('Get Many gives all levels', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('getMany', { returnAll: false, limit: 3, filter: 'inStock' }),
			input: [{}],
		});
		expect(results(execution)).toHaveLength(3);
	});

	test('a bad row stops the workflow before anything is written', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('setQuantity'),
			input: [
				{ sku: '85123A', qty: 5 },
				{ sku: '71053', qty: 'n/a' },
			],
		});
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain(
			'Row 2 (71053): Quantity “n/a” is not a whole number',
		);
		expect(execution.error?.context?.results).toHaveLength(2);
		expect(host.running.sandbox.log.all().filter(({ method }) => method !== 'GET')).toHaveLength(0);
	});

	test('bad rows go to the error output, the others pass through', async () => {
		const execution = await runStock(host, {
			service,
			parameters: parameters('setQuantity'),
			input: [
				{ sku: 'nope', qty: 5 },
				{ sku: '85123A', qty: 5 },
			],
			settings: { onError: 'continueErrorOutput' },
		});
		expect(execution.status).toBe('success');
		expect(results(execution)).toMatchObject([{ sku: '85123A', status: 'updated' }]);
		expect(results(execution, 1)).toMatchObject([
			{
				error: expect.stringContaining('Row 1 (nope)'),
				...(OMITTED.errorDetails
					? { sku: 'nope' }
					: { details: { sku: 'nope', status: 'failed' } }),
			},
		]);
	});
});
