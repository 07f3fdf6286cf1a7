/** The stock of the three shops, as it is and as it moves. */
const LABELS = { webflow: 'Webflow', ecwid: 'Ecwid', rootfi: 'RootFi' };
/** Requests shown; the log itself keeps more. */
const MOST_SHOWN = 150;

const shops = document.querySelector('#shops');
const log = document.querySelector('#log');
const state = document.querySelector('#state');
const filter = document.querySelector('#filter');
/** Tiles and levels by shop and item. */
const tiles = new Map();
let requests = 0;

const keyOf = (shop, { itemId, variantId }) => `${shop} ${itemId} ${variantId ?? ''}`;
const shown = (level) => (level === 'unlimited' ? '∞' : String(level ?? '?'));
const number = (level) => (level === 'unlimited' ? Number.POSITIVE_INFINITY : level);

function element(tag, attributes, ...children) {
	const made = Object.assign(document.createElement(tag), attributes);
	made.append(...children);
	return made;
}

function build(stock) {
	tiles.clear();
	shops.replaceChildren();
	for (const [shop, label] of Object.entries(LABELS)) {
		const article = document.querySelector('#shop').content.cloneNode(true).firstElementChild;
		article.dataset.shop = shop;
		article.querySelector('h2').textContent = label;
		const items = article.querySelector('.items');
		for (const item of stock[shop]) {
			const tile = element('button', { className: 'item', type: 'button', title: item.name });
			tile.append(element('b', {}), element('small', { textContent: item.sku ?? 'no SKU' }));
			tile.addEventListener('click', () => sell(shop, item));
			tile.dataset.text = `${item.sku ?? ''} ${item.name}`.toLowerCase();
			items.append(tile);
			const entry = { shop, tile, level: null };
			tiles.set(keyOf(shop, item), entry);
			put(entry, item.unlimited ? 'unlimited' : item.quantity);
		}
		shops.append(article);
	}
	sums();
	search();
}

/** As a customer would; the page hears of it like of any other change. */
async function sell(platform, { itemId, variantId }) {
	const body = JSON.stringify({ platform, itemId, variantId, delta: -1 });
	await fetch('/control/stock', { method: 'POST', body });
}

function put(entry, level) {
	const before = entry.level;
	entry.level = level;
	entry.tile.firstElementChild.textContent = shown(level);
	entry.tile.classList.toggle('out', number(level) <= 0);
	if (before === null || before === level) return;
	const direction = number(level) > number(before) ? 'up' : 'down';
	entry.tile.classList.remove('up', 'down');
	void entry.tile.offsetWidth;
	entry.tile.classList.add(direction);
}

function sums() {
	for (const article of shops.children) {
		const levels = [...tiles.values()]
			.filter(({ shop }) => shop === article.dataset.shop)
			.map(({ level }) => level);
		const counted = levels.filter((level) => level !== 'unlimited');
		const units = counted.reduce((sum, level) => sum + level, 0);
		const out = counted.filter((level) => level <= 0).length;
		article.querySelector('.sums').textContent =
			`${levels.length} items · ${units.toLocaleString('en')} units · ${out} out of stock`;
	}
}

function add(entry) {
	requests += 1;
	document.querySelector('#count').textContent = requests.toLocaleString('en');
	const row = element('li', {});
	row.dataset.shop = entry.platform;
	const status = entry.fault ?? entry.status;
	row.append(
		element('i', { textContent: `${LABELS[entry.platform]} ${entry.method}` }),
		element('code', { textContent: entry.path, title: entry.path }),
		element('span', { textContent: status, className: entry.status === 200 ? '' : 'refused' }),
	);
	for (const move of entry.moves) {
		const tile = tiles.get(keyOf(entry.platform, move));
		if (tile !== undefined) put(tile, move.to);
		row.append(
			element('p', {
				textContent: `${move.sku ?? move.itemId}: ${shown(move.from)} → ${shown(move.to)}`,
			}),
		);
	}
	log.prepend(row);
	while (log.children.length > MOST_SHOWN) log.lastElementChild.remove();
	if (entry.moves.length > 0) sums();
}

function search() {
	const wanted = filter.value.trim().toLowerCase();
	for (const { tile } of tiles.values()) tile.hidden = !tile.dataset.text.includes(wanted);
}

async function load() {
	const [stock, entries] = await Promise.all(
		['/control/stock', '/control/log'].map(async (path) => await (await fetch(path)).json()),
	);
	build(stock);
	log.replaceChildren();
	requests = Math.max(entries.length - MOST_SHOWN, 0);
	for (const entry of entries.slice(-MOST_SHOWN)) add({ ...entry });
}

filter.addEventListener('input', search);
document.querySelector('#reset').addEventListener('click', async () => {
	await fetch('/control/reset', { method: 'POST' });
	await load();
});

await load();
const live = new EventSource('/live');
live.addEventListener(
	'open',
	() => (state.textContent = 'Every request is shown as it happens; click an item to sell one'),
);
live.addEventListener('error', () => (state.textContent = 'The sandbox does not answer'));
live.addEventListener('message', ({ data }) => add(JSON.parse(data)));
