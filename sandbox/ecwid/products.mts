/**
 * Products and variations as Ecwid keeps them: a variation has stock of its own only with a SKU of its own.
 */
export interface Stock {
	sku: string | null;
	quantity: number;
	unlimited: boolean;
	/** Units at which Ecwid sends its low-stock email. */
	warningLimit: number;
}

export interface EcwidVariation extends Stock {
	id: number;
	number: number;
	options: Record<string, string>;
}

export interface EcwidProduct extends Stock {
	id: number;
	name: string;
	/** Seconds since 1970. */
	updated: number;
	/** Whether the shop shows it. */
	enabled: boolean;
	/** How many parts it is put together from; none for an ordinary product. */
	components: number;
	variations: EcwidVariation[];
}

export function ownsStock(product: EcwidProduct, variation: EcwidVariation): boolean {
	return variation.sku !== null && variation.sku !== '' && variation.sku !== product.sku;
}

/** Where the stock of a variation stands: on itself, or on its product. */
export function holder(product: EcwidProduct, variation: EcwidVariation): Stock {
	return ownsStock(product, variation) ? variation : product;
}

/** `quantity` is left out of what is not counted. */
function level({ quantity, unlimited }: Stock): Record<string, unknown> {
	return unlimited ? { unlimited } : { quantity, unlimited };
}

function inStock({ quantity, unlimited }: Stock): boolean {
	return unlimited || quantity > 0;
}

export function showVariation(
	product: EcwidProduct,
	variation: EcwidVariation,
): Record<string, unknown> {
	const stock = holder(product, variation);
	return {
		id: variation.id,
		combinationNumber: variation.number,
		options: Object.entries(variation.options).map(([name, value]) => ({
			name,
			nameTranslated: { en: name },
			value,
			valueTranslated: { en: value },
		})),
		...(variation.sku === null ? {} : { sku: variation.sku }),
		...level(stock),
		inStock: inStock(stock),
		warningLimit: variation.warningLimit,
	};
}

export function showProduct(product: EcwidProduct): Record<string, unknown> {
	const combinations = product.variations.map((one) => showVariation(product, one));
	return {
		id: product.id,
		...(product.sku === null ? {} : { sku: product.sku }),
		...level(product),
		inStock: inStock(product) || product.variations.some((one) => inStock(holder(product, one))),
		name: product.name,
		price: 2.55,
		enabled: product.enabled,
		compositeComponents: Array.from({ length: product.components }, (_, n) => ({
			productId: product.id + n + 1,
			quantity: 1,
		})),
		warningLimit: product.warningLimit,
		options: [],
		defaultCombinationId: 0,
		updated: `${new Date(product.updated * 1_000).toISOString().slice(0, 19).replace('T', ' ')} +0000`,
		updateTimestamp: product.updated,
		combinations: combinations.reverse(),
	};
}

/** Keeps the fields a `responseFields` list names: `total,items(id,sku,combinations(id))`. */
export function pick(value: unknown, fields: string | null): unknown {
	return fields === null || fields === '' ? value : select(value, parseFields(fields));
}

type Fields = Map<string, Fields | null>;

function parseFields(text: string): Fields {
	const fields: Fields = new Map();
	let name = '';
	for (let n = 0; n <= text.length; n += 1) {
		const char = text[n];
		if (char === '(') {
			let depth = 1;
			let end = n + 1;
			while (depth > 0 && end < text.length) {
				depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
				end += 1;
			}
			fields.set(name.trim(), parseFields(text.slice(n + 1, end - 1)));
			name = '';
			n = end - 1;
		} else if (char === ',' || char === undefined) {
			if (name.trim() !== '') fields.set(name.trim(), null);
			name = '';
		} else {
			name += char;
		}
	}
	return fields;
}

function select(value: unknown, fields: Fields): unknown {
	if (Array.isArray(value)) return value.map((one) => select(one, fields));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => fields.has(name))
			.map(([name, inside]) => [
				name,
				fields.get(name) ? select(inside, fields.get(name) as Fields) : inside,
			]),
	);
}
