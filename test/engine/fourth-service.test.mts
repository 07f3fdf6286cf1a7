/**
 * A fourth service is one folder in platforms/, one file in n8n/services/, a node, and one entry in the registry. This one has
 * all of them under test/support/toy, and nothing else in the package knows of it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeParameters, INodePropertyCollection } from 'n8n-workflow';
import { execute, NODES } from '../support/engine.mts';
import { ToyInventory } from '../support/toy/node.mts';
import { bySku, CONTINUE } from './setup.mts';

jest.mock('../../n8n/services/registry.ts', () => {
	const registry = jest.requireActual('../../n8n/services/registry.ts');
	const { toy } = jest.requireActual('../support/toy/service.mts');
	return { ...registry, SERVICES: [...registry.SERVICES, toy] };
});

const stock = new Map<string, number>();
const seen: string[] = [];
let server: Server;

beforeAll(async () => {
	NODES.toyInventory = new ToyInventory();
	server = createServer((request, response) => {
		seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			const path = request.url ?? '';
			if (request.method === 'PUT') stock.set(path, JSON.parse(body).quantity);
			const quantity = stock.get(path);
			response.statusCode = quantity === undefined ? 404 : 200;
			response.end(JSON.stringify({ quantity }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
	stock.clear();
	seen.length = 0;
});

const run = async (
	operation: string,
	some: INodeParameters,
	input: Array<Record<string, unknown>>,
) =>
	await execute({
		node: 'toyInventory',
		parameters: {
			operation,
			warehouse: '={{ $json.warehouse ?? "north" }}',
			item: bySku('={{ $json.sku }}'),
			options: {},
			...some,
		},
		input,
		credentials: {
			toyInventoryApi: {
				accessToken: 'toy-token',
				baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
			},
		},
		settings: CONTINUE,
	});

test('Set Quantity and Get run on a service that only the documented places know', async () => {
	stock.set('/north/BALL', 5);
	const set = await run('setQuantity', { quantity: '={{ $json.qty }}' }, [{ sku: 'BALL', qty: 7 }]);
	expect(set.outputs[0][0].json).toMatchObject({
		status: 'updated',
		platform: 'toy',
		sku: 'BALL',
		previousQuantity: 5,
		quantity: 7,
	});
	expect(stock.get('/north/BALL')).toBe(7);
	const got = await run('get', {}, [{ sku: 'BALL' }]);
	expect(got.outputs[0][0].json).toMatchObject({ platform: 'toy', sku: 'BALL', quantity: 7 });
	expect(new Set(seen.map((one) => one.split(' ')[2]))).toStrictEqual(new Set(['Bearer']));
});

test('a row that names another shop is told so in the label the service gives its shop', async () => {
	stock.set('/north/BALL', 5);
	stock.set('/south/BALL', 5);
	const { outputs } = await run('setQuantity', { quantity: 1 }, [
		{ sku: 'BALL', warehouse: 'north' },
		{ sku: 'BALL', warehouse: 'south' },
	]);
	expect(outputs[0][1].json.message).toContain('Warehouse is “south” here and “north” in');
	expect(Object.fromEntries(stock)).toStrictEqual({ '/north/BALL': 1, '/south/BALL': 5 });
});

test('the new service has the options that every service has, and none that belong to another', () => {
	const { properties } = new ToyInventory().description;
	const options = properties.find(({ name }) => name === 'options')
		?.options as INodePropertyCollection[];
	const names = options.map(({ name }) => name);
	expect(names).toContain('dryRun');
	expect(names).not.toContain('maxStockAgeMinutes');
	expect(names).not.toContain('skuCollectionId');
});
