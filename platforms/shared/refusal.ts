/** Refusals of a service: its own words, quoted in ours. */
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
		if (value == null || depth > DEEPEST) return;
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
 * Any other answer.
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
 * Adds advice to a reading or a write of an unknown ID: it may be a SKU in the wrong field. Only the service can tell that
 * an ID does not exist; for a reading by ID, a 400 means the same as a 404.
 */
export function withSkuAdvice<T extends ReadOutcome | WriteOutcome>(outcome: T, item: Item): T {
	const isOnlyId = item.sku === null && item.name === null;
	if (!isOnlyId || (outcome.kind !== 'failed' && outcome.kind !== 'refused')) return outcome;
	const { notFound, advice, httpStatus } = outcome.fault as Problem;
	const isUnknown = notFound === true || (outcome.kind === 'failed' && httpStatus === 400);
	if (!isUnknown) return outcome;
	const advised = `${advice} If “${item.itemId}” is a SKU, set Item to By SKU.`;
	return { ...outcome, fault: { ...outcome.fault, advice: advised } };
}
