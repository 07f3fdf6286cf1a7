/**
 * Rows with keys: what their keys say of them, and what is left of a write without those that may not be sent.
 */
import type { Claim, ClaimAnswer, IdempotencyKeys } from '../memory/idempotency-keys';
import type { Group, ResolvedRow } from './merge-rows';
import { groupOf } from './merge-rows';
import type { WriteResult, Report } from './report';
import type { Item } from '../model/item';

/** What is left of a group once its keys were asked. */
export interface Asked {
	/** The group itself where all its rows may be sent; another where some may not; null where none may. */
	group: Group | null;
	/** The keys of the rows that are left. */
	claims: Claim[];
}

/** Asks the keys of groups, all at once. Rows whose key keeps them from being sent end in the report. */
export async function askKeys(
	groups: Group[],
	keys: IdempotencyKeys,
	how: 'claim' | 'peek',
	report: Report,
): Promise<Asked[]> {
	const keyed = groups.flatMap(({ rows, item }) =>
		rows.filter(hasClaim).map((row) => ({ row, claim: claimOf(row, item) })),
	);
	if (keyed.length === 0) return groups.map((group) => ({ group, claims: [] }));
	const claims = keyed.map(({ claim }) => claim);
	let answers: KeyAnswer[];
	try {
		answers = await keys[how](claims);
	} catch {
		answers = keyed.map(() => 'notRecorded');
	}
	const said = new Map(keyed.map(({ row, claim }, n) => [row, { claim, answer: answers[n] }]));
	return groups.map((group) => {
		const left = group.rows.filter((row) => {
			const answer = said.get(row)?.answer ?? 'new';
			if (answer === 'new') return true;
			const twins = group.repeated.filter(({ first }) => first === row);
			const warnings = [keys.leftBehind ? LEFT_BEHIND : null];
			report.endGroup(
				{ ...group, rows: [row], repeated: twins },
				{ ...keyEnding(answer), warnings },
			);
			return false;
		});
		return {
			group: withRows(group, left),
			claims: left.flatMap((row) => said.get(row)?.claim ?? []),
		};
	});
}

/** What a dry run says of rows with keys. */
export const KEYS_NOT_ASKED = 'A dry run does not look up which keys were applied before.';

/** Whether a group has rows whose keys are to be asked. */
export function isKeyed({ rows }: Group): boolean {
	return rows.some(hasClaim);
}

const LEFT_BEHIND =
	'n8n could not take back what asking for the key had recorded: a later run may say that its outcome is unknown.';

type KeyAnswer = ClaimAnswer | 'notRecorded';

function withRows(group: Group, rows: ResolvedRow[]): Group | null {
	if (rows.length === group.rows.length) return group;
	if (rows.length === 0) return null;
	const twins = group.repeated.filter(({ first }) => rows.includes(first));
	return {
		...groupOf({ ...group, rows, repeated: twins }, group.intent.operation),
		item: group.item,
	};
}

/** A delta of 0 sends nothing and uses no key up. */
function hasClaim({ row, amount }: ResolvedRow): boolean {
	return row.key !== null && amount !== 0;
}

/** @param item As it was read last; the row may still name one that has been replaced. */
function claimOf({ row, amount }: ResolvedRow, item: Item): Claim {
	return { key: row.key as string, amount, item };
}

/** How a row ends whose key keeps it from being sent. */
function keyEnding(answer: Exclude<KeyAnswer, 'new'>): WriteResult {
	switch (answer) {
		case 'duplicate':
			return {
				status: 'duplicate',
				message: 'This key was applied to this item before; nothing was sent.',
			};
		case 'unknown':
			return {
				status: 'unknown',
				message:
					'An earlier run sent this key and never learned what came of it; it is not sent again. Compare the level in the shop with what it should be, and use a new key for what is missing.',
			};
		case 'conflict':
			return {
				status: 'failed',
				message:
					'This key was used for this item with another amount. If this is another event, give it a key of its own.',
			};
		case 'notRecorded':
			return {
				status: 'failed',
				message:
					'n8n could not record the key, so the row was not sent. Save the workflow if it never was, then run again.',
				failedByService: true,
			};
	}
}
