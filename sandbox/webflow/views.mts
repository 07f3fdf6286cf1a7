/**
 * How Webflow shows things, in both versions.
 */
import type { Version } from './errors.mts';
import { BARE_SITE_ID, SITE_ID, SKU_COLLECTION_ID, WORKSPACE_ID } from './ids.mts';
import type { WebflowItem, WebflowProduct } from './inventory.mts';
import type { WebflowSwitches } from './switches.mts';

const MADE = '2026-01-05T09:00:00.000Z';

const SITES = [
	{ id: SITE_ID, name: 'Sandbox Shop', shortName: 'sandbox-shop' },
	{ id: BARE_SITE_ID, name: 'Sandbox Brochure', shortName: 'sandbox-brochure' },
];

export function sites(version: Version): unknown {
	if (version === 'v1') {
		return SITES.map(({ id, name, shortName }) => ({
			_id: id,
			name,
			shortName,
			createdOn: MADE,
			lastPublished: MADE,
			previewUrl: `http://127.0.0.1/preview/${shortName}.png`,
			timezone: 'Europe/London',
			database: '580e63fc8c9a982ac9b8b742',
		}));
	}
	return {
		sites: SITES.map(({ id, name, shortName }) => ({
			id,
			workspaceId: WORKSPACE_ID,
			createdOn: MADE,
			displayName: name,
			shortName,
			lastPublished: MADE,
			lastUpdated: MADE,
			previewUrl: `http://127.0.0.1/preview/${shortName}.png`,
			timeZone: 'Europe/London',
			parentFolderId: null,
			customDomains: [],
			locales: {},
			dataCollectionEnabled: false,
			dataCollectionType: 'always',
		})),
	};
}

/** v1's self-check. */
export function info(): unknown {
	return {
		_id: '55818d58616600637b9a5786',
		createdOn: MADE,
		grantType: 'authorization_code',
		lastUsed: MADE,
		sites: [SITE_ID],
		orgs: [],
		users: [],
		rateLimit: 60,
		status: 'confirmed',
	};
}

export const SHOP_COLLECTIONS = [
	{
		id: '6377a7c4b7a79608c34a46f5',
		displayName: 'Products',
		singularName: 'Product',
		slug: 'product',
	},
	{
		id: '6377a7c4b7a79608c34a46f6',
		displayName: 'Categories',
		singularName: 'Category',
		slug: 'category',
	},
	{ id: SKU_COLLECTION_ID, displayName: 'SKUs', singularName: 'SKU', slug: 'sku' },
];

export function collections(version: Version, list: typeof SHOP_COLLECTIONS): unknown {
	if (version === 'v1') {
		return list.map(({ id, displayName, singularName, slug }) => ({
			_id: id,
			name: displayName,
			singularName,
			slug,
			createdOn: MADE,
			lastUpdated: MADE,
		}));
	}
	return { collections: list.map((one) => ({ ...one, createdOn: MADE, lastUpdated: MADE })) };
}

export function product(
	version: Version,
	{ id, name, items }: WebflowProduct,
	v1Sku: WebflowSwitches['v1Sku'],
): unknown {
	if (version === 'v1') {
		return {
			product: {
				_id: id,
				name,
				slug: slug(name),
				shippable: true,
				skus: items.map((one) => one.id),
			},
			skus: items.map((item) => {
				const fields = { name: item.name, slug: slug(item.name), ...code(item) };
				return v1Sku === 'flat' ? { _id: item.id, ...fields } : { _id: item.id, fields };
			}),
		};
	}
	const stamps = {
		cmsLocaleId: '653ad57de882f528b32e810e',
		lastPublished: MADE,
		lastUpdated: MADE,
		createdOn: MADE,
		isArchived: false,
		isDraft: false,
	};
	return {
		product: {
			id,
			...stamps,
			fieldData: {
				name,
				slug: slug(name),
				description: '',
				shippable: true,
				'sku-properties': [],
				'tax-category': 'standard-taxable',
				'default-sku': items[0]?.id,
				'ec-product-type': 'ff42fee0113744f693a764e3431a9cc2',
			},
		},
		skus: items.map((item) => ({
			id: item.id,
			...stamps,
			fieldData: {
				name: item.name,
				slug: slug(item.name),
				price: { value: 255, unit: 'GBP', currency: 'GBP' },
				'sku-values': {},
				...code(item),
			},
		})),
	};
}

function code({ sku }: WebflowItem): { sku?: string } {
	return sku === null ? {} : { sku };
}

function slug(name: string): string {
	return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

export function inventory(
	version: Version,
	{ id, quantity, infinite }: WebflowItem,
	infiniteQuantity: WebflowSwitches['infiniteQuantity'],
): unknown {
	const named = version === 'v2' ? { id } : { _id: id };
	const inventoryType = infinite ? 'infinite' : 'finite';
	if (!infinite) return { ...named, quantity, inventoryType };
	if (infiniteQuantity === 'absent') return { ...named, inventoryType };
	return { ...named, quantity: infiniteQuantity === 'last' ? quantity : null, inventoryType };
}

export function settings(): unknown {
	return { siteId: SITE_ID, createdOn: MADE, defaultCurrency: 'GBP' };
}

export function introspect(scopes: readonly string[], rateLimit: number): unknown {
	return {
		authorization: {
			id: '55818d58616600637b9a5786',
			createdOn: MADE,
			lastUsed: MADE,
			grantType: 'client_credentials',
			rateLimit,
			scope: scopes.join(','),
			authorizedTo: { siteIds: [SITE_ID], workspaceIds: [], userIds: [] },
		},
	};
}
