/** Finds the items that rows refer to, each distinct reference once. */
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import type { Reference } from '../model/item';
import type { Platform, Resolution } from '../model/platform';
import type { NamedRow, RowEnd } from '../rows/row';
import { unresolvedText } from './unresolved-text';

export type FoundItem = Extract<Resolution, { kind: 'found' }>;

/** `fault`: set where the service failed, not the row itself. */
export type ItemOutcome = FoundItem | (RowEnd & { kind: 'ended'; fault?: Fault });

/** One outcome per row, in order; a row that has ended is not looked up. `lookUpIds`: as for `Platform.resolve`. */
export async function findItems(
	rows: NamedRow[],
	platform: Platform,
	lookUpIds: boolean,
): Promise<ItemOutcome[]> {
	const distinct = new Map<string, Reference>();
	for (const { reference, earlyEnd } of rows)
		if (reference !== null && earlyEnd === null) distinct.set(JSON.stringify(reference), reference);
	const references = [...distinct.values()];
	const answers = references.length > 0 ? await platform.resolve(references, lookUpIds) : [];
	const outcomes = answers.map((one, n) => outcomeOf(references[n], one, platform.itemNoun));
	const found = new Map([...distinct.keys()].map((key, n) => [key, outcomes[n]]));
	return rows.map(({ reference, earlyEnd }) =>
		earlyEnd === null
			? (found.get(JSON.stringify(reference)) as ItemOutcome)
			: { kind: 'ended', ...earlyEnd },
	);
}

function outcomeOf(reference: Reference, resolution: Resolution, itemNoun: string): ItemOutcome {
	if (resolution.kind === 'found') return resolution;
	const end = { kind: 'ended', status: 'failed' } as const;
	if (resolution.kind !== 'failed')
		return { ...end, message: unresolvedText(reference, resolution, itemNoun) };
	const { fault } = resolution;
	return { ...end, message: faultText(fault), fault };
}
