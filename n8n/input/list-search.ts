/** The lists in the editor from which to choose an item or a site. */
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { foldSku } from '../../inventory/lookup/similar-sku';
import type { ItemList } from '../../inventory/lookup/list-levels';
import type { ListedItem, Platform } from '../../inventory/model/platform';
import type { Fault } from '../../inventory/model/fault';
import type { Item } from '../../inventory/model/item';
import { itemKey, itemLabel } from '../../inventory/model/item';
import { quantityOf } from '../../inventory/model/level';
import { faultError, valueOrThrow } from '../output/errors';
import { listOf } from '../storage/process-memory';
import { connect } from '../services/service';
import type { Service } from '../services/service';
import { webflow } from '../services/webflow';
import { chosenShop } from './chosen-shop';

/** Matches per page of the list. */
const ENOUGH = 100;

/** Items of the shop to search for one page, if at least one of them matches. */
const MOST_READ = 500;

/** Items to search before a page without matches is shown; scrolling continues from there. */
const MOST_SEARCHED = 5_000;

/** The matches, and the index in the shop's list at which the search can continue. */
interface Search {
	found: ListedItem[];
	next: number | null;
}

export function searchItems(service: Service) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const fields = chosenShop(this, service);
		const connected = await connect(service, this, { fields }, { step: '' });
		const { platform, login } = valueOrThrow(this.getNode(), connected);
		const list = listOf([login, ...Object.values(fields.shop)].join(' '));
		// Every keystroke searches again, but the pages are read only once.
		const search = await list.mutex.run('read', async () =>
			searchIn(list.items, platform, filter, Number(paginationToken ?? 0)),
		);
		if (!('found' in search)) throw faultError(this.getNode(), search);
		return {
			results: named(search.found),
			paginationToken: search.next === null ? undefined : String(search.next),
		};
	};
}

async function searchIn(
	items: ItemList,
	platform: Platform,
	filter: string | undefined,
	from: number,
): Promise<Search | Fault> {
	const found: ListedItem[] = [];
	for (let n = from; ; n += 1) {
		const searched = n - from;
		const far = n >= items.known && searched >= (found.length > 0 ? MOST_READ : MOST_SEARCHED);
		if (found.length >= ENOUGH || far) return { found, next: n };
		const listed = await items.at(n, platform);
		if (listed === null) return { found, next: null };
		if (!('item' in listed)) return listed;
		if (matches(listed.item, filter)) found.push(listed);
	}
}

/** Entries by SKU and name, with the level if the list contains it, and the ID if it is needed to tell them apart. */
function named(found: ListedItem[]): INodeListSearchResult['results'] {
	const short = ({ sku, name }: Item): string => [sku, name].filter(Boolean).join(' – ');
	const counts = new Map<string, number>();
	for (const { item } of found) counts.set(short(item), (counts.get(short(item)) ?? 0) + 1);
	return found.map(({ item, level }) => {
		const units = quantityOf(level);
		const label =
			item.sku !== null && counts.get(short(item)) === 1 ? short(item) : itemLabel(item);
		const shown = units === undefined ? label : `${label} · ${units ?? 'unlimited'}`;
		return { name: shown, value: itemKey(item) };
	});
}

export async function searchSites(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const { platform } = await webflow.connect(this, chosenShop(this, webflow), { step: '' });
	const sites = valueOrThrow(this.getNode(), await platform.site.sites());
	const wanted = (filter ?? '').toLowerCase();
	const results = sites
		.filter(({ name }) => name.toLowerCase().includes(wanted))
		.map(({ id, name }) => ({ name, value: id }));
	return { results };
}

function matches(item: Item, filter: string | undefined): boolean {
	const wanted = (filter ?? '').trim().toLowerCase();
	if (wanted === '') return true;
	const texts = [item.sku, item.name];
	return (
		itemKey(item) === wanted ||
		texts.some((text) => text?.toLowerCase().includes(wanted)) ||
		(item.sku !== null && foldSku(item.sku) === foldSku(wanted))
	);
}
