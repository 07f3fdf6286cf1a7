/** What the editor and saved workflows see: names, defaults, where each field shows, and n8n's voice. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
	NodeHelpers,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeType,
} from 'n8n-workflow';
import { EcwidInventoryApi } from '../../credentials/EcwidInventoryApi.credentials.ts';
import { RootfiInventoryApi } from '../../credentials/RootfiInventoryApi.credentials.ts';
import { WebflowInventoryApi } from '../../credentials/WebflowInventoryApi.credentials.ts';
import { WebflowInventoryOAuth2Api } from '../../credentials/WebflowInventoryOAuth2Api.credentials.ts';
import { EcwidInventory } from '../../nodes/EcwidInventory/EcwidInventory.node.ts';
import { EcwidInventoryTrigger } from '../../nodes/EcwidInventoryTrigger/EcwidInventoryTrigger.node.ts';
import { RootfiInventory } from '../../nodes/RootfiInventory/RootfiInventory.node.ts';
import { RootfiInventoryTrigger } from '../../nodes/RootfiInventoryTrigger/RootfiInventoryTrigger.node.ts';
import { WebflowInventory } from '../../nodes/WebflowInventory/WebflowInventory.node.ts';
import { WebflowInventoryTrigger } from '../../nodes/WebflowInventoryTrigger/WebflowInventoryTrigger.node.ts';
import { ROOT } from '../../tools/ready.mjs';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
	homepage: string;
};

const NODES: Record<string, INodeType> = {
	webflowInventory: new WebflowInventory(),
	ecwidInventory: new EcwidInventory(),
	rootfiInventory: new RootfiInventory(),
};

const WRITE = ['adjustByDelta', 'setQuantity', 'setUnlimited'];

/** The fields the editor shows for an operation, in order; notices aside. */
function shown(node: INodeType, values: Record<string, unknown>): string[] {
	const parameters = { authentication: 'accessToken', returnAll: false, filter: 'all', ...values };
	return node.description.properties
		.filter(({ type }) => type !== 'notice')
		.filter((property) =>
			NodeHelpers.displayParameter(
				parameters as never,
				property,
				{ typeVersion: 1 },
				node.description,
			),
		)
		.map(({ name }) => name);
}

function optionsOf(node: INodeType): INodeProperties[] {
	return node.description.properties.find(({ name }) => name === 'options')
		?.options as INodeProperties[];
}

const OPTIONS: Record<string, string[]> = {
	webflowInventory: ['skuCollectionId', 'trustRememberedMinutes'],
	ecwidInventory: ['notifyLowStock'],
	rootfiInventory: ['maxStockAgeMinutes', 'reservedQuantity'],
};
const COMMON_OPTIONS = [
	'belowZero',
	'blankQuantity',
	'checkFirst',
	'dryRun',
	'levelWhenCounted',
	'massZeroLimit',
	'maxQuantity',
	'numberFormat',
	'onlyIfQuantityIs',
	'reason',
	'reference',
	'requestsPerMinute',
	'safetyStock',
	'sameItemRows',
	'unlimitedStock',
	'writeUnchanged',
];
const DEFAULTS: Record<string, unknown> = {
	belowZero: 'allow',
	blankQuantity: 'skip',
	checkFirst: true,
	dryRun: false,
	levelWhenCounted: '',
	massZeroLimit: 50,
	maxQuantity: '',
	maxStockAgeMinutes: 0,
	numberFormat: 'plain',
	notifyLowStock: false,
	onlyIfQuantityIs: '',
	reason: '',
	reference: '',
	requestsPerMinute: 0,
	reservedQuantity: '',
	safetyStock: '',
	sameItemRows: 'combine',
	skuCollectionId: '',
	trustRememberedMinutes: 0,
	unlimitedStock: 'refuse',
	writeUnchanged: false,
};

describe.each(Object.entries(NODES))('%s', (name, node) => {
	const shop = { webflowInventory: ['site'], ecwidInventory: [], rootfiInventory: ['companyId'] }[
		name
	] as string[];
	const head =
		name === 'webflowInventory' ? ['authentication', 'operation', ...shop] : ['operation', ...shop];

	test('fields are shown only where they apply', () => {
		expect(shown(node, { operation: 'setQuantity' })).toStrictEqual([
			...head,
			'item',
			'quantity',
			'options',
		]);
		expect(shown(node, { operation: 'adjustByDelta' })).toStrictEqual([
			...head,
			'item',
			'delta',
			'direction',
			'idempotencyKey',
			'options',
		]);
		expect(shown(node, { operation: 'get' })).toStrictEqual([...head, 'item']);
		expect(shown(node, { operation: 'getMany' })).toStrictEqual([
			...head,
			'returnAll',
			'limit',
			'filter',
		]);
		expect(
			shown(node, { operation: 'getMany', returnAll: true, filter: 'lowStock' }),
		).toStrictEqual([
			...head,
			'returnAll',
			'filter',
			'threshold',
			...(name === 'webflowInventory' ? [] : ['thresholdFrom']),
		]);
	});

	test('the node offers the operations of the service', () => {
		const operation = node.description.properties.find((property) => property.name === 'operation');
		const values = (operation?.options as INodePropertyOptions[]).map(({ value }) => value);
		const unlimited = name === 'rootfiInventory' ? [] : ['setUnlimited'];
		expect(values).toStrictEqual(['adjustByDelta', 'get', 'getMany', 'setQuantity', ...unlimited]);
		expect(operation?.default).toBe('setQuantity');
	});

	test('the node offers the options the service can honor, with their defaults', () => {
		const options = optionsOf(node);
		const names = options.map((option) => option.name);
		expect([...names].sort()).toStrictEqual([...COMMON_OPTIONS, ...OPTIONS[name]].sort());
		for (const option of options)
			expect([option.name, option.default]).toStrictEqual([option.name, DEFAULTS[option.name]]);
		const labels = options.map(({ displayName }) => displayName);
		expect(labels).toStrictEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	test('options are shown only for the writes they mean something to', () => {
		const visible = (operation: string) =>
			optionsOf(node)
				.filter(({ displayOptions }) => {
					const where = displayOptions?.show?.['/operation'];
					return where === undefined || where.includes(operation);
				})
				.map((option) => option.name);
		expect(visible('setUnlimited')).not.toContain('belowZero');
		expect(visible('setQuantity')).not.toContain('belowZero');
		expect(visible('adjustByDelta')).toContain('belowZero');
		expect(visible('adjustByDelta')).not.toContain('massZeroLimit');
		for (const operation of WRITE) expect(visible(operation)).toContain('dryRun');
	});

	test('a blank never becomes a zero on its way: no number is validated or defaulted by n8n', () => {
		const all = [...node.description.properties, ...optionsOf(node)];
		for (const field of [
			'quantity',
			'delta',
			'levelWhenCounted',
			'maxQuantity',
			'onlyIfQuantityIs',
			'reservedQuantity',
			'safetyStock',
		]) {
			const property = all.find((one) => one.name === field);
			if (property === undefined) continue;
			expect(property).toMatchObject({ type: 'number', default: '' });
			expect(property.validateType).toBeUndefined();
		}
	});

	test('the node is a tool too, has light and dark icons, and speaks in n8n’s voice', () => {
		expect(node.description).toMatchObject({
			name,
			usableAsTool: true,
			inputs: ['main'],
			outputs: ['main'],
			icon: { light: expect.stringMatching(/\.svg$/), dark: expect.stringMatching(/\.dark\.svg$/) },
		});
		const check = (
			property: INodeProperties | INodePropertyOptions | INodePropertyCollection,
		): void => {
			const label = 'displayName' in property ? property.displayName : property.name;
			if (!('type' in property) || property.type !== 'notice') {
				for (const word of label.split(/[\s(]+/)) {
					if (/^(by|of|the|if|is|at|to|and|or|as|per)$/i.test(word) || word === '') continue;
					expect(word.charAt(0)).toBe(word.charAt(0).toUpperCase());
				}
			}
			const { description } = property as { description?: string };
			if (description !== undefined) {
				expect(description.charAt(0)).toBe(description.charAt(0).toUpperCase());
				// One sentence goes without a full stop, several go with one.
				const sentences = description.replace(/\.$/, '').match(/[.;:] [A-Z]/g)?.length ?? 0;
				if (sentences > 0 && /\. [A-Z]/.test(description)) expect(description).toMatch(/\.$/);
				if ('type' in property && property.type === 'boolean')
					expect(description).toMatch(/^Whether /);
			}
			for (const inner of ('options' in property && property.options) || []) check(inner);
		};
		node.description.properties.forEach(check);
	});
});

describe.each([
	[new WebflowInventoryTrigger(), ['acceptUnsigned', 'ignoreOwnWrites']],
	[new EcwidInventoryTrigger(), ['fullSweepMinutes', 'ignoreOwnWrites', 'thresholdFrom']],
	[new RootfiInventoryTrigger(), ['fullSweepMinutes', 'ignoreOwnWrites', 'thresholdFrom']],
] as Array<[INodeType, string[]]>)('trigger %#', ({ description }, options) => {
	const property = (name: string) => description.properties.find((one) => one.name === name);

	test('a trigger has the events, the threshold and the options of its service', () => {
		const events = property('events');
		expect(events?.default).toStrictEqual(['changed']);
		expect((events?.options as Array<{ value: string }>).map(({ value }) => value).sort()).toEqual([
			'backInStock',
			'changed',
			'lowStock',
			'outOfStock',
		]);
		expect(property('threshold')?.default).toBe(5);
		const own = property('options')?.options as Array<{ name: string }>;
		expect(own.map(({ name }) => name)).toStrictEqual(options);
	});

	test('a trigger starts workflows, and is not a tool', () => {
		expect(description).toMatchObject({ group: ['trigger'], inputs: [] });
		expect(description.usableAsTool).toBeUndefined();
		expect(description.name).toMatch(/InventoryTrigger$/);
		expect(description.displayName).toMatch(/Inventory Trigger$/);
	});
});

describe('credentials', () => {
	test.each([
		[
			new WebflowInventoryApi(),
			['accessToken', 'apiVersion', 'baseUrl'],
			'https://api.webflow.com',
		],
		[new EcwidInventoryApi(), ['storeId', 'accessToken', 'baseUrl'], 'https://app.ecwid.com'],
		[new RootfiInventoryApi(), ['apiKey', 'region', 'baseUrl'], ''],
	])(
		'credential %# has the fields of the contract, and hides its secret',
		(credential, names, baseUrl) => {
			expect(credential.properties.map(({ name }) => name)).toStrictEqual(names);
			expect(credential.properties.find(({ name }) => name === 'baseUrl')?.default).toBe(baseUrl);
			const secret = credential.properties.find(({ name }) => /token|key/i.test(name));
			expect(secret?.typeOptions?.password).toBe(true);
		},
	);

	test('an app asks Webflow for stock, sites and collections, at the address of its API', () => {
		const app = new WebflowInventoryOAuth2Api();
		expect(app.extends).toStrictEqual(['oAuth2Api']);
		const defaults = Object.fromEntries(
			app.properties.map((property) => [property.name, property.default]),
		);
		expect(defaults).toMatchObject({
			grantType: 'authorizationCode',
			authUrl: 'https://webflow.com/oauth/authorize',
			scope: 'ecommerce:read ecommerce:write sites:read sites:write cms:read',
			authentication: 'body',
			baseUrl: 'https://api.webflow.com',
		});
		expect(app.properties.filter(({ type }) => type !== 'hidden')).toHaveLength(1);
	});

	test.each([
		new WebflowInventoryApi(),
		new WebflowInventoryOAuth2Api(),
		new EcwidInventoryApi(),
		new RootfiInventoryApi(),
	])(
		'$displayName: its help is a section of the page about credentials',
		({ documentationUrl }) => {
			const [address, anchor] = documentationUrl.split('#');
			const page = 'docs/credentials.md';
			expect(address).toBe(`${manifest.homepage.split('#')[0]}/blob/main/${page}`);
			const headings = readFileSync(path.join(ROOT, page), 'utf8').match(/^#+ .*$/gm) ?? [];
			// As GitHub makes them.
			const anchors = headings.map((heading) =>
				heading
					.replace(/^#+ /, '')
					.toLowerCase()
					.replace(/[^\w\s-]/g, '')
					.replace(/\s/g, '-'),
			);
			expect(anchors.filter((one) => one === anchor)).toHaveLength(1);
		},
	);

	test.each([new WebflowInventory(), new WebflowInventoryTrigger()])(
		'Webflow’s node %# shows the credential of the way that is chosen',
		({ description }) => {
			const shown = (authentication: string) =>
				description.credentials
					?.filter((one) =>
						NodeHelpers.displayParameter({ authentication }, one, { typeVersion: 1 }, description),
					)
					.map(({ name }) => name);
			expect(shown('accessToken')).toStrictEqual(['webflowInventoryApi']);
			expect(shown('oAuth2')).toStrictEqual(['webflowInventoryOAuth2Api']);
		},
	);
});
