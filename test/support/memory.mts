/**
 * The two memories of a run, as tests want them: kept in this process, and open to be looked at.
 */
import { createHash } from 'node:crypto';
import {
	intentOf,
	recalled,
	type Hold,
	type ExecutionJournal,
	type Note,
	type Recalled,
} from '../../inventory/memory/execution-journal.ts';
import type { InFlight } from '../../inventory/memory/held-keys.ts';
import {
	IdempotencyKeys,
	type Claim,
	type ClaimOutcome,
	type SettledClaim,
	type TokenStore,
} from '../../inventory/memory/idempotency-keys.ts';
import type { Row } from '../../inventory/rows/row.ts';
import type { RowResult } from '../../inventory/model/row-result.ts';
import type { WriteOperation } from '../../inventory/model/change.ts';

export const hash = (text: string): string =>
	createHash('sha256').update(text).digest('hex').slice(0, 24);

/** Tokens in a set; `failing` makes the next call throw. */
export class MemoryTokens implements TokenStore {
	readonly tokens = new Set<string>();
	readonly calls: string[] = [];
	failing: 'record' | 'remove' | null = null;
	mostClaimed = 0;

	async record(tokens: string[]): Promise<Set<string>> {
		this.calls.push(`record ${tokens.length}`);
		if (this.failing === 'record') throw new Error('database is locked');
		const known = new Set(tokens.filter((token) => this.tokens.has(token)));
		for (const token of tokens) this.tokens.add(token);
		return known;
	}

	async remove(tokens: string[]): Promise<void> {
		this.calls.push(`remove ${tokens.length}`);
		if (this.failing === 'remove') throw new Error('database is locked');
		for (const token of tokens) this.tokens.delete(token);
	}

	async close(tokens: string[]): Promise<void> {
		await this.remove(tokens);
	}

	leaveOpen(): void {}
}

export function keysOn(store: TokenStore, inFlight: InFlight = new Map()): IdempotencyKeys {
	return new IdempotencyKeys(store, hash, 'shop', inFlight);
}

export function settled(outcome: ClaimOutcome, ...claims: Claim[]): SettledClaim[] {
	return claims.map((claim) => ({ claim, outcome }));
}

/** The memory of one execution, through its tries. */
export class MemoryJournal implements ExecutionJournal {
	private readonly notes = new Map<number, Note & { execution: number }>();
	private execution = 1;

	/** A person retries the failed execution. */
	retried(): void {
		this.execution += 1;
	}

	recall(row: Row, operation: WriteOperation): Recalled | null {
		const note = this.notes.get(row.index);
		if (note === undefined) return null;
		return recalled(note, row, operation, note.execution === this.execution);
	}

	note(row: Row, operation: WriteOperation, result: RowResult, hold: Hold): void {
		if (hold === 'decided' && this.notes.get(row.index)?.hold === 'sent') return;
		const intent = intentOf(row, operation);
		this.notes.set(row.index, { result, hold, operation, intent, execution: this.execution });
	}

	erase(row: Row): void {
		this.notes.delete(row.index);
	}
}
