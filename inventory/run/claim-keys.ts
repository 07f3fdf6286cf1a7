/** Looks up and claims the idempotency keys of writes, and takes out the rows that must not be sent. */
import type { Claim, ClaimAnswer, IdempotencyKeys } from '../memory/idempotency-keys';
import { endRows } from './report';
import type { EndedRow, ResolvedRow, RowSet, WriteResult } from './write-records';
import { withRows } from './merge-rows';

/** A write whose keys were looked up. */
interface Claimed<W extends RowSet> {
	original: W;
	/** The write without the rows that must not be sent: `original` itself if all may be, null if none may. */
	remaining: RowSet | null;
	claims: Claim[];
}

/** What a dry run says about rows with keys. */
export const KEYS_NOT_ASKED = 'A dry run does not look up which keys were applied before.';

const LEFT_BEHIND = 'n8n could not release the key: a later run may report its outcome as unknown.';

/** Looks up the keys of all writes in one call, and claims those of rows that may be sent; a peek claims none. */
export async function claimKeys<W extends RowSet>(
	writes: W[],
	keys: IdempotencyKeys | null,
	how: 'claim' | 'peek',
): Promise<{ claimed: Array<Claimed<W>>; ended: EndedRow[] }> {
	const rows = writes.flatMap(({ rows: some }) => some.filter(usesKey));
	const claims = writes.flatMap(claimsOf);
	const answers: KeyAnswer[] =
		keys === null || claims.length === 0
			? []
			: await keys[how](claims).catch(() => claims.map(() => 'notRecorded'));
	const keyOf = new Map(rows.map((row, n) => [row, { claim: claims[n], answer: answers[n] }]));
	const ended: EndedRow[] = [];
	const claimed = writes.map((original) => {
		const rest = original.rows.filter((row) => {
			const answer = keyOf.get(row)?.answer ?? 'new';
			if (answer === 'new') return true;
			const repeated = original.repeated.filter(({ first }) => first === row);
			const warnings = [keys?.leftBehind ? LEFT_BEHIND : null];
			ended.push(
				...endRows({ ...original, rows: [row], repeated }, { ...KEY_RESULTS[answer], warnings }),
			);
			return false;
		});
		return {
			original,
			remaining: withRows(original, rest),
			claims: rest.flatMap((row) => keyOf.get(row)?.claim ?? []),
		};
	});
	return { claimed, ended };
}

export function hasKeys({ rows }: RowSet): boolean {
	return rows.some(usesKey);
}

/** A delta of 0 sends nothing and does not use up its key. */
function usesKey({ key, amount }: ResolvedRow): boolean {
	return key !== null && amount !== 0;
}

/** The item is the write's, as last read; a row may still refer to one that was replaced. */
export function claimsOf({ rows, item }: RowSet): Claim[] {
	return rows.filter(usesKey).map(({ key, amount }) => ({ key: key as string, amount, item }));
}

type KeyAnswer = ClaimAnswer | 'notRecorded';

/** How a row ends if its key keeps it from being sent. */
const KEY_RESULTS: Record<Exclude<KeyAnswer, 'new'>, WriteResult> = {
	duplicate: {
		status: 'duplicate',
		message: 'This key was already applied to this item; nothing was sent.',
	},
	unknown: {
		status: 'unknown',
		message:
			'An earlier run sent a row with this key and never learned whether it was applied, so it is not sent again. Compare the level in the shop with what it should be, and use a new key for what is missing.',
	},
	conflict: {
		status: 'failed',
		message:
			'This key was used for this item with another amount. If this is another event, give it a key of its own.',
	},
	notRecorded: {
		status: 'failed',
		message:
			'n8n could not record the key, so the row was not sent. Save the workflow if it never was, then run again.',
		failedByService: true,
	},
};
