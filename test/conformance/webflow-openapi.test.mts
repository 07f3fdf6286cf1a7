/**
 * Webflow's own schema has the last word: on what the node sends, and on what the sandbox answers.
 *
 * The two files are slices of github.com/webflow/openapi-spec (MIT), v2.yml of 2026-05-26.
 */
import type { Webflow } from '../../platforms/webflow/webflow.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import addFormats from 'ajv-formats';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import type { Request } from '../../sandbox/http.mts';
import type { Delivery, ServiceName } from '../../sandbox/sandbox.mts';
import { BARE_SITE_ID, SITE_ID, SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { WEBFLOW_READ_ONLY_TOKEN, WEBFLOW_TOKEN } from '../../sandbox/webflow/webflow.mts';
import { run } from '../support/run.mts';
import { openShop, type Shop } from '../support/shops.mts';

interface Operation {
	parameters?: Array<{ name: string; in: 'path' | 'query'; required?: boolean; schema: object }>;
	requestBody?: { content: Record<string, { schema: object }> };
	responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
	paths: Record<string, Record<string, Operation>>;
	components: object;
}

const ajv = new Ajv2020({ strict: false, coerceTypes: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('objectid', /^[0-9a-f]{24}$/);
const fromText = new Ajv2020({ strict: false, coerceTypes: true });
addFormats(fromText);
fromText.addFormat('objectid', /^[0-9a-f]{24}$/);

const documents = ['webflow-inventory', 'webflow-discovery'].map((name) => {
	const file = path.join(process.cwd(), 'test/conformance/openapi', `${name}.json`);
	return JSON.parse(readFileSync(file, 'utf8')) as Document;
});

const validators = new Map<object, ValidateFunction>();

/** A schema of a document, with the components its references mean. */
function validatorFor(schema: object, { components }: Document): ValidateFunction {
	const known = validators.get(schema);
	if (known !== undefined) return known;
	const made = ajv.compile({ ...schema, components });
	validators.set(schema, made);
	return made;
}

function operationFor(method: string, requestPath: string) {
	for (const document of documents) {
		for (const [template, operations] of Object.entries(document.paths)) {
			const names: string[] = [];
			const pattern = template.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => {
				names.push(parameter);
				return '([^/]+)';
			});
			const match = new RegExp(`^${pattern}$`).exec(requestPath);
			const operation = operations[method.toLowerCase()];
			if (match === null || operation === undefined) continue;
			const values = Object.fromEntries(names.map((parameter, n) => [parameter, match[n + 1]]));
			return { document, template, operation, values };
		}
	}
	return null;
}

/** Everything about one exchange that the schema does not allow. */
function violations(request: Request, delivery: Delivery, requestMustFit: boolean): string[] {
	const found = operationFor(request.method, request.path.replace(/^\/v2/, ''));
	if (found === null) return [`${request.method} ${request.path} is not documented`];
	const { document, template, operation, values } = found;
	const at = `${request.method} ${template}`;
	const faults: string[] = [];
	if (requestMustFit) {
		for (const parameter of operation.parameters ?? []) {
			const value =
				parameter.in === 'path' ? values[parameter.name] : request.query.get(parameter.name);
			if (value == null) {
				if (parameter.required) faults.push(`${at}: ${parameter.name} is missing`);
			} else if (!fromText.validate(parameter.schema, value)) {
				faults.push(`${at}: ${parameter.name} is ${value}`);
			}
		}
		const known = (operation.parameters ?? []).map((parameter) => parameter.name);
		for (const key of request.query.keys())
			if (!known.includes(key)) faults.push(`${at}: ${key} is not documented`);
		const body = operation.requestBody?.content['application/json'].schema as
			{ properties?: object } | undefined;
		if (body === undefined) {
			if (request.body !== '') faults.push(`${at}: takes no body`);
		} else {
			const sent = JSON.parse(request.body) as object;
			if (!ajv.validate(body, sent)) faults.push(`${at}: ${ajv.errorsText()}`);
			for (const key of Object.keys(sent)) {
				if (!(key in (body.properties ?? {}))) faults.push(`${at}: sends ${key}`);
			}
		}
	}
	if (delivery.kind !== 'reply') return faults;
	const { status, body } = delivery.reply;
	const response = operation.responses[String(status)];
	if (response === undefined)
		return [...faults, `${at}: answers ${status}, which is not documented`];
	if (response.content === undefined) return faults;
	const validate = validatorFor(response.content['application/json'].schema, document);
	if (!validate(body)) faults.push(`${at} ${status}: ${ajv.errorsText(validate.errors)}`);
	return faults;
}

function record(shop: Shop): Array<{ request: Request; delivery: Delivery }> {
	const exchanges: Array<{ request: Request; delivery: Delivery }> = [];
	const handle = shop.sandbox.handle.bind(shop.sandbox);
	shop.sandbox.handle = async (name: ServiceName, request: Request, wait) => {
		const delivery = await handle(name, request, wait);
		exchanges.push({ request, delivery });
		return delivery;
	};
	return exchanges;
}

test('every request of the node and every answer to it fit the schema', async () => {
	const shop = openShop('webflow');
	const exchanges = record(shop);
	const rows = [
		{ sku: '85123A', amount: 5 },
		{ sku: '0017', amount: 0 },
		{ sku: '84029G', amount: 4, options: { unlimitedStock: 'convert' } },
		{ sku: '21730', amount: 4 },
	];
	for (const operation of ['setQuantity', 'adjustByDelta', 'setUnlimited'] as const) {
		await run(shop, { operation, rows, options: { writeUnchanged: true } });
	}
	await run(shop, { operation: 'setQuantity', rows: [{ id: 'f'.repeat(24), amount: 1 }] });
	await run(openShop('webflow', { sandbox: shop.sandbox, site: BARE_SITE_ID }), {
		operation: 'setQuantity',
		rows: [{ sku: 'A', amount: 1 }],
	});
	for (const token of ['wrong', WEBFLOW_READ_ONLY_TOKEN]) {
		await run(openShop('webflow', { sandbox: shop.sandbox, token }), {
			operation: 'setUnlimited',
			rows,
		});
	}
	await (shop.platform as Webflow).site.sites();
	expect(exchanges.length).toBeGreaterThan(20);
	expect(
		exchanges.flatMap(({ request, delivery }) => violations(request, delivery, true)),
	).toStrictEqual([]);
});

describe('every other answer of the sandbox fits too', () => {
	const inventory = (sku: string) => `/v2/collections/${SKU_COLLECTION_ID}/items/${sku}/inventory`;
	const sku = '20e63fc00000000000000000';
	const cases: Array<[number, string, string, unknown?, string?]> = [
		[200, 'GET', `/v2/sites/${SITE_ID}/products?limit=2&offset=4`],
		[200, 'GET', `/v2/sites/${SITE_ID}/products/10e63fc00000000000000000`],
		[200, 'GET', `/v2/sites/${SITE_ID}/collections`],
		[200, 'GET', `/v2/sites/${SITE_ID}/ecommerce/settings`],
		[200, 'GET', '/v2/sites'],
		[200, 'GET', '/v2/token/introspect'],
		[400, 'GET', `/v2/sites/${SITE_ID}/products?limit=101`],
		[400, 'GET', '/v2/sites/not-an-id/products'],
		[409, 'GET', `/v2/sites/${BARE_SITE_ID}/products`],
		[404, 'GET', inventory('f'.repeat(24))],
		[400, 'GET', inventory('not-an-id')],
		[400, 'PATCH', inventory(sku), { quantity: 1 }],
		[400, 'PATCH', inventory(sku), { inventoryType: 'finite', quantity: 1, updateQuantity: 1 }],
		[400, 'PATCH', inventory(sku), { inventoryType: 'finite', quantity: '7' }],
		[400, 'PATCH', inventory(sku), { inventoryType: 'infinite', quantity: 7 }],
		[200, 'PATCH', inventory(sku), { inventoryType: 'finite' }],
		[401, 'GET', inventory(sku), undefined, 'wrong'],
		[403, 'PATCH', inventory(sku), { inventoryType: 'infinite' }, WEBFLOW_READ_ONLY_TOKEN],
	];

	test.each(cases.map((one) => ({ title: one.slice(0, 3).join(' '), one })))(
		'the answer of the sandbox fits the schema: $title',
		async ({ one }) => {
			const [status, method, address, body, token] = one;
			const { sandbox } = openShop('webflow');
			const url = new URL(address, 'http://sandbox');
			const request: Request = {
				method,
				path: url.pathname,
				query: url.searchParams,
				headers: {
					authorization: `Bearer ${token ?? WEBFLOW_TOKEN}`,
					'content-type': 'application/json',
				},
				body: body === undefined ? '' : JSON.stringify(body),
			};
			const delivery = await sandbox.handle('webflow', request);
			expect(delivery).toMatchObject({ kind: 'reply', reply: { status } });
			expect(violations(request, delivery, false)).toStrictEqual([]);
		},
	);

	test('the answer of the sandbox fits the schema: 429', async () => {
		const { sandbox } = openShop('webflow');
		sandbox.limit('webflow', { requests: 0 });
		const request: Request = {
			method: 'GET',
			path: '/v2/sites',
			query: new URLSearchParams(),
			headers: { authorization: `Bearer ${WEBFLOW_TOKEN}` },
			body: '',
		};
		const delivery = await sandbox.handle('webflow', request);
		expect(delivery).toMatchObject({
			reply: { status: 429, headers: { 'X-RateLimit-Remaining': '0' } },
		});
		expect(violations(request, delivery, false)).toStrictEqual([]);
	});
});

test('the check itself notices what does not fit', () => {
	const request: Request = {
		method: 'PATCH',
		path: `/v2/collections/${SKU_COLLECTION_ID}/items/nope/inventory`,
		query: new URLSearchParams({ force: '1' }),
		headers: {},
		body: '{"quantity":"7","sku":"A"}',
	};
	const delivery: Delivery = { kind: 'reply', reply: { status: 200, body: { id: 5 } } };
	expect(violations(request, delivery, true)).toHaveLength(5);
});
