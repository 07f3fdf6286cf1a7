/** Settles the keys of writes that have ended: used up, released, or left open. */
import type { ClaimOutcome, IdempotencyKeys } from '../memory/idempotency-keys';
import type { EndedWrite } from './write-records';

const NOT_RECORDED =
	'n8n could not record the outcome of this key: a later run with it will report the outcome as unknown.';

/** Settles the keys of all writes in one call. Returns a warning for each write whose outcome n8n could not record. */
export async function settleClaims(
	ends: EndedWrite[],
	keys: IdempotencyKeys | null,
): Promise<Array<string | null>> {
	const results = ends.flatMap((end) =>
		end.write.claims.map((claim) => ({ claim, outcome: claimOutcome(end) })),
	);
	try {
		if (results.length > 0) await keys?.settle(results);
		return ends.map(() => null);
	} catch {
		return ends.map((end) => {
			const isLost = end.write.claims.length > 0 && claimOutcome(end) !== 'unknown';
			return isLost ? NOT_RECORDED : null;
		});
	}
}

function claimOutcome({ write, result: { status } }: EndedWrite): ClaimOutcome {
	const isUsed = status === 'updated' || (status === 'unchanged' && write.intent.amount === 0);
	if (isUsed) return 'applied';
	return status === 'unknown' ? 'unknown' : 'notApplied';
}
