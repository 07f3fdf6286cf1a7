/** What a service refused: its own words, quoted, inside ours. */
import type { Fault } from '../../inventory/model/fault';
import type { Item } from '../../inventory/model/item';
import type { ReadOutcome, WriteOutcome } from '../../inventory/model/platform';
import type { Problem } from '../http/problems';

/** The service's own words, as an addition to a sentence; nothing where there are none. */
export function quoted(...words: Array<string | null | undefined>): string {
	const said = words.filter(Boolean).join('; ').replace(/\.$/, '');
	return said === '' ? '' : ` (“${said}”)`;
}

/** Names of fields that only say that words follow. */
const PLAIN_NAMES = /^(messages?|msg|errors?|details?|descriptions?|title|reason|body|data|\d+)$/i;

/** Levels and characters of a document that are looked through for words. */
const DEEPEST = 5;
const MOST_CHARACTERS = 300;

/** The words in a document of unknown shape, each with the name of its field where that says something. */
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

/** A refusal of one row. */
export function rowRefusal(httpStatus: number, message: string, advice: string): Problem {
	return { message, advice, httpStatus };
}

/** A refusal that every other row would meet. */
export function runRefusal(httpStatus: number, message: string, advice: string): Problem {
	return { message, advice, wholeRun: true, httpStatus };
}

/**
 * Readings with a word to those whose ID no item has: it may be a SKU in the wrong field. Said only after the service was
 * asked, because an ID that exists is an ID, whatever else it may be. To a reading by ID a 400 means the same.
 */
export function readOrSku(outcomes: ReadOutcome[], items: Item[]): ReadOutcome[] {
	return outcomes.map((outcome, n) => {
		if (outcome.kind !== 'failed' || !isNamedById(items[n])) return outcome;
		const { notFound, httpStatus } = outcome.fault as Problem;
		const isUnknown = notFound === true || httpStatus === 400;
		return isUnknown
			? { ...outcome, fault: withSkuAdvice(outcome.fault, items[n].itemId) }
			: outcome;
	});
}

/** The same for writes that were not preceded by a reading. */
export function writtenOrSku(outcomes: WriteOutcome[], items: Item[]): WriteOutcome[] {
	return outcomes.map((outcome, n) =>
		outcome.kind === 'refused' && outcome.fault.notFound && isNamedById(items[n])
			? { ...outcome, fault: withSkuAdvice(outcome.fault, items[n].itemId) }
			: outcome,
	);
}

/** Whether nothing but its ID is known of an item. */
function isNamedById({ sku, name }: Item): boolean {
	return sku === null && name === null;
}

function withSkuAdvice<T extends Fault>(fault: T, id: string): T {
	return { ...fault, advice: `${fault.advice} If “${id}” is a SKU, set Item to By SKU.` };
}

/**
 * An answer without a sentence of its own.
 * @param said The service's words, quoted.
 * @param where What to compare the row with.
 */
export function otherAnswer(label: string, status: number, said: string, where: string): Problem {
	const advice =
		status >= 500
			? `${label} is having trouble; run the row again later.`
			: `Check the row against ${where}.`;
	return rowRefusal(status, `${label} answered with ${status}${said}.`, advice);
}
