/**
 * Lists to choose from in the editor.
 */
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { fold } from '../inventory/lookalike';
import type { Item } from '../inventory/stock';
import { itemKey, itemLabel } from '../inventory/stock';
import { faultError } from './errors';
import { connect } from './services/service';
import type { RunSettings, Service } from './services/service';
import { webflow } from './services/webflow';

/** How many matches make a page of the list, and how many pages of the shop are read for them. */
const ENOUGH = 20;
const MOST_PAGES = 5;

export function searchItems(service: Service) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const connected = await connect(service, this, settingsOf(this));
		if (!connected.ok) throw faultError(this.getNode(), connected.fault);
		const found: Item[] = [];
		let cursor: string | null = paginationToken ?? null;
		for (let pages = 0; pages < MOST_PAGES && found.length < ENOUGH; pages += 1) {
			const page = await connected.value.platform.list(cursor);
			if (page.kind === 'failed') throw faultError(this.getNode(), page.fault);
			found.push(...page.items.map(({ item }) => item).filter((item) => matches(item, filter)));
			cursor = page.next;
			if (cursor === null) break;
		}
		return {
			results: found.map((item) => ({ name: itemLabel(item), value: itemKey(item) })),
			paginationToken: cursor ?? undefined,
		};
	};
}

export async function searchSites(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const { platform } = await webflow.connect(this, settingsOf(this));
	const sites = await platform.site.sites();
	if (!sites.ok) throw faultError(this.getNode(), sites.fault);
	const wanted = (filter ?? '').toLowerCase();
	const results = sites.value
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.map(({ id, name }) => ({ name, value: id }));
	return { results };
}

/** A list is read from the shop chosen in the fields above it. */
function settingsOf(context: ILoadOptionsFunctions): RunSettings {
	const { parameters } = context.getNode();
	// n8n throws for a field the node does not have.
	const text = (name: string): string =>
		name in parameters
			? String(context.getNodeParameter(name, '', { extractValue: true }) ?? '').trim()
			: '';
	return {
		site: text('site'),
		companyId: text('companyId'),
		skuCollectionId: '',
		maxStockAgeMinutes: 0,
		step: '',
	};
}

function matches(item: Item, filter: string | undefined): boolean {
	const wanted = (filter ?? '').trim().toLowerCase();
	if (wanted === '') return true;
	const texts = [item.sku, item.name];
	return (
		itemKey(item) === wanted ||
		texts.some((text) => text?.toLowerCase().includes(wanted)) ||
		(item.sku !== null && fold(item.sku) === fold(wanted))
	);
}
