/**
 * What a step has set in earlier rounds of its execution: to the mass-zero limit, a loop that sets ten items at a time is
 * one run, and so are the calls of an AI agent. Kept as counts in the context n8n has for a node: two numbers per round.
 */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { SetItem } from '../../inventory/run/mass-zero-limit';
import { isEmptied } from '../../inventory/run/mass-zero-limit';

const CONTEXT_KEY = 'inventorySyncRounds';

/** What one round set in one shop. */
interface Round {
	shop: string;
	items: number;
	/** How many of them went, or were to go, from another level to 0. */
	emptied: number;
}

export class Rounds {
	private readonly rounds: Record<string, Round>;

	private readonly run: string;

	/** @param run This round: a later try of it replaces an earlier one. Null for a call that n8n does not number. */
	constructor(
		context: Pick<IExecuteFunctions, 'getContext'>,
		run: string | null,
		private readonly shop: string,
	) {
		const data = context.getContext('node') as IDataObject;
		data[CONTEXT_KEY] = data[CONTEXT_KEY] ?? {};
		this.rounds = data[CONTEXT_KEY] as unknown as Record<string, Round>;
		this.run = run ?? `call ${Object.keys(this.rounds).length}`;
	}

	/** Items with which the limit counts the other rounds. */
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
