/**
 * What a step has set in the earlier rounds of its execution: a loop that sets ten items at a time is one run to the
 * mass-zero limit. Kept in the context n8n has for a node, as counts: two numbers for each round.
 */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { SetItem } from '../../inventory/run/mass-zero-limit';
import { isEmptied } from '../../inventory/run/mass-zero-limit';

const CONTEXT_KEY = 'inventorySyncRounds';

/** What one round set in one shop. */
interface Round {
	shop: string;
	items: number;
	/** Of those, the items that went, or were to go, from another level to 0. */
	emptied: number;
}

export class Rounds {
	private readonly rounds: Record<string, Round>;

	/** @param run This round; a later try of it takes the place of an earlier one. */
	constructor(
		context: Pick<IExecuteFunctions, 'getContext'>,
		private readonly run: string,
		private readonly shop: string,
	) {
		const data = context.getContext('node') as IDataObject;
		data[CONTEXT_KEY] = data[CONTEXT_KEY] ?? {};
		this.rounds = data[CONTEXT_KEY] as unknown as Record<string, Round>;
	}

	/** The items of all other rounds, as the limit counts them. */
	get earlier(): SetItem[] {
		return Object.entries(this.rounds)
			.filter(([run, { shop }]) => run !== this.run && shop === this.shop)
			.flatMap(([, { items, emptied }]) => [
				...Array<SetItem>(emptied).fill({ target: 0, before: 1 }),
				...Array<SetItem>(items - emptied).fill({ target: 1, before: 1 }),
			]);
	}

	note(items: SetItem[]): void {
		if (items.length === 0) return;
		const emptied = items.filter(isEmptied).length;
		this.rounds[this.run] = { shop: this.shop, items: items.length, emptied };
	}
}
