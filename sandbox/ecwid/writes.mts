/**
 * What Ecwid makes of a full update and of a delta.
 *
 * Source: docs.ecwid.com (update product, update product variation, adjust stock).
 */
import type { Handled, Request, StockMove } from '../http.mts';
import { isObject, parsed, reply } from '../http.mts';
import type { EcwidProduct, EcwidVariation, Stock } from './products.mts';
import { holder, pick, showProduct } from './products.mts';
import type { EcwidSwitches } from './switches.mts';

/** The warning of the official client's own test. */
const NEGATIVE = 'Product has negative stock.';

/** What a write needs of the service. */
interface Shop {
	switches(): EcwidSwitches;
	refuse(status: number, code: string | null, words: string): Handled;
	/** Puts units into stock, and tells what moved. */
	store(
		product: EcwidProduct,
		target: Stock,
		to: { quantity: number; unlimited: boolean },
	): StockMove[];
	/** The product was updated now. */
	touch(product: EcwidProduct): void;
}

export class Writes {
	constructor(private readonly shop: Shop) {}

	/** A full update: only the fields sent change. */
	update(request: Request, product: EcwidProduct, target: Stock): Handled {
		const body = parsed(request);
		if (!isObject(body))
			return this.shop.refuse(400, 'WRONG_PARAMETER', 'Request body is not valid JSON');
		const { quantity, unlimited, warningLimit } = body;
		if (
			quantity !== undefined &&
			(!Number.isInteger(quantity) ||
				(Number(quantity) < 0 && this.shop.switches().negativeSet === 'refuse'))
		) {
			return this.shop.refuse(...wrong('quantity'));
		}
		if (unlimited !== undefined && typeof unlimited !== 'boolean') {
			return this.shop.refuse(...wrong('unlimited'));
		}
		if (warningLimit !== undefined && !Number.isInteger(warningLimit)) {
			return this.shop.refuse(...wrong('warningLimit'));
		}
		const shared = target !== product && holder(product, target as EcwidVariation) === product;
		if (shared && (quantity !== undefined || unlimited !== undefined)) {
			return this.shop.refuse(
				400,
				'DIFFERENT_COMBINATION_STOCK',
				'The variation shares the stock of its product',
			);
		}
		const to = {
			quantity: quantity === undefined ? target.quantity : Number(quantity),
			unlimited: unlimited ?? target.unlimited,
		};
		const unchanged = to.quantity === target.quantity && to.unlimited === target.unlimited;
		const updateCount = unchanged ? this.shop.switches().unchangedCount : 1;
		const moves = this.shop.store(product, target, to);
		if (warningLimit !== undefined) {
			target.warningLimit = Number(warningLimit);
			this.shop.touch(product);
		}
		if (typeof body.enabled === 'boolean' && target === product) {
			product.enabled = body.enabled;
			this.shop.touch(product);
		}
		const wantsItem =
			request.query.get('returnItem') === 'true' &&
			target === product &&
			this.shop.switches().returnItem === 'honoured';
		const answer = wantsItem ? { updateCount, item: showProduct(product) } : { updateCount };
		const fields = wantsItem ? request.query.get('responseFields') : null;
		return { reply: { status: 200, body: pick(answer, fields) }, moves };
	}

	/** Adds a delta; below zero it is applied all the same. */
	adjust(request: Request, product: EcwidProduct, target: Stock): Handled {
		const body = parsed(request);
		const delta = isObject(body) ? body.quantityDelta : undefined;
		if (!Number.isInteger(delta)) return this.shop.refuse(...wrong('quantityDelta'));
		const { deltaOnUnlimited, zeroDelta } = this.shop.switches();
		if (delta === 0 && zeroDelta !== 'updateCount1') {
			return zeroDelta === 'refuse'
				? this.shop.refuse(...wrong('quantityDelta'))
				: reply(200, { updateCount: 0 });
		}
		if (target.unlimited) {
			if (deltaOnUnlimited === 'refuse')
				return this.shop.refuse(400, 'WRONG_PARAMETER', 'The stock is unlimited');
			return reply(200, { updateCount: deltaOnUnlimited === 'updateCount0' ? 0 : 1 });
		}
		const before = target.quantity;
		const quantity = before + Number(delta);
		const moves = this.shop.store(product, target, { quantity, unlimited: false });
		const { warning } = this.shop.switches();
		const warns =
			quantity < 0 && (warning === 'whileNegative' || (warning === 'whenCrossing' && before >= 0));
		return {
			reply: { status: 200, body: { updateCount: 1, ...(warns ? { warning: NEGATIVE } : {}) } },
			moves,
		};
	}
}

export function wrong(parameter: string): [status: number, code: string, words: string] {
	return [400, 'WRONG_PARAMETER', `Wrong parameter '${parameter}' value`];
}
