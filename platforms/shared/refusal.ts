/** Refusals of a service: its own words, quoted in ours. */
import type { Change } from '../../inventory/model/change';
import type { Fault } from '../../inventory/model/fault';
import type { Item } from '../../inventory/model/item';
import type { ReadOutcome, WriteOutcome } from '../../inventory/model/platform';
import type { Problem } from '../http/problems';

/** The service's own words, to be added to a sentence; empty if there are none. */
export function quoted(...words: Array<string | null | undefined>): string {
	const said = words.filter(Boolean).join('; ').replace(/\.$/, '');
	return said === '' ? '' : ` (“${said}”)`;
}

/** Names of fields that add nothing to the words in them. */
const PLAIN_NAMES = /^(messages?|msg|errors?|details?|descriptions?|title|reason|body|data|\d+)$/i;

/** How deep a document is searched for words, and how many characters of them are kept. */
const DEEPEST = 5;
const MOST_CHARACTERS = 300;

/** The words in a document of unknown shape, each with the name of its field if that is informative. */
export function wordsIn(document: unknown): string {
	const found = new Set<string>();
	const collect = (value: unknown, name: string, depth: number): void => {
		if (value === null || depth > DEEPEST) return;
		if (typeof value === 'object') {
			for (const [key, inside] of Object.entries(value)) {
				collect(inside, PLAIN_NAMES.test(key) ? name : key, depth + 1);
			}
		} else if (String(value).trim() !== '') {
			found.add(name === '' ? String(value).trim() : `${name}: ${String(value).trim()}`);
		}
	};
	collect(document, '', 0);
	const words = [...found].join('; ');
	return words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS)}…` : words;
}

/** Puts a refusal in words; `said` are the service's own, quoted. */
type Refusal = (httpStatus: number, said: string) => Problem;

/** A refusal of one row. */
export function ofRow(message: string, advice: string): Refusal {
	return (httpStatus, said) => ({ message: `${message}${said}.`, advice, httpStatus });
}

/** A refusal that every other row would meet. */
export function ofRun(message: string, advice: string): Refusal {
	return (httpStatus, said) => ({ ...ofRow(message, advice)(httpStatus, said), wholeRun: true });
}

/**
 * An answer that is not documented.
 * @param where What to compare the row with.
 */
export function otherAnswer(label: string, where: string): Refusal {
	return (status, said) => {
		const trouble = `${label} is having trouble; run the row again later.`;
		const advice = status >= 500 ? trouble : `Check the row against ${where}.`;
		return ofRow(`${label} answered with ${status}`, advice)(status, said);
	};
}

/** What a service's refusals mean: by status and error code, or else by the status alone. */
export interface Refusals {
	[status: string]: Refusal | undefined;
	other: Refusal;
}

export function explained(
	refusals: Refusals,
	status: number,
	code: unknown,
	said: string,
): Problem {
	const refusal = refusals[`${status} ${code}`] ?? refusals[status] ?? refusals.other;
	return refusal(status, said);
}

/**
 * Adds advice to readings by an unknown ID: it may be a SKU in the wrong field. Only the service can tell that an ID does
 * not exist; for a reading by ID, a 400 means the same as a 404.
 */
export function adviseOnUnknownReads(outcomes: ReadOutcome[], items: Item[]): ReadOutcome[] {
	return outcomes.map((outcome, n) => {
		if (outcome.kind !== 'failed' || !isOnlyId(items[n])) return outcome;
		const { notFound, httpStatus } = outcome.fault as Problem;
		const isUnknown = notFound === true || httpStatus === 400;
		return isUnknown
			? { ...outcome, fault: withSkuAdvice(outcome.fault, items[n].itemId) }
			: outcome;
	});
}

/** The same for writes without a reading before them. */
export function adviseOnUnknownWrites(outcomes: WriteOutcome[], changes: Change[]): WriteOutcome[] {
	return outcomes.map((outcome, n) => {
		const { item } = changes[n];
		return outcome.kind === 'refused' && outcome.fault.notFound && isOnlyId(item)
			? { ...outcome, fault: withSkuAdvice(outcome.fault, item.itemId) }
			: outcome;
	});
}

/** Whether only the ID of an item is known. */
function isOnlyId({ sku, name }: Item): boolean {
	return sku === null && name === null;
}

function withSkuAdvice<T extends Fault>(fault: T, id: string): T {
	return { ...fault, advice: `${fault.advice} If “${id}” is a SKU, set Item to By SKU.` };
}
