/**
 * n8n's memory of processed items as n8n 2.41 keeps it: one list of hashes per workflow and node, read, changed and written
 * back without a lock. What happens between two calls is as slow as a database.
 */
import { createHash } from 'node:crypto';
import { setImmediate as tick } from 'node:timers/promises';
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';
import { stepTokens } from '../../n8n/storage/process-memory.ts';

/** By workflow and node. */
const rows = new Map<string, string[]>();

/** The hashes kept for a workflow and node. */
export function entries(workflowId: string, nodeId: string): string[] {
	return rows.get(`${workflowId} n:${nodeId}`) ?? [];
}

/** As if so many tokens of other keys had been recorded. */
export function fillEntries(workflowId: string, nodeId: string, count: number): void {
	rows.set(
		`${workflowId} n:${nodeId}`,
		Array.from({ length: count }, (_, n) => `other ${n}`),
	);
}

let isLostNext = false;

/** The next time something is recorded, the connection is lost after that. */
export function loseNextAnswer(): void {
	isLostNext = true;
}

/** As if nothing had ever been recorded, by this process or another. */
export function clearEntries(): void {
	rows.clear();
	stepTokens.clear();
}

const hash = (item: DeduplicationItemTypes): string =>
	createHash('md5').update(String(item)).digest('base64');

class FakeDeduplicator implements IDataDeduplicator {
	private keyOf(scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData): string {
		if (!workflow.id) throw new Error('AssertionError: no workflow id');
		return `${workflow.id} ${scope === 'node' ? `n:${node?.id}` : ''}`;
	}

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const key = this.keyOf(scope, context);
		const data = [...(rows.get(key) ?? [])];
		await tick();
		const known = new Set(data);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		for (const item of items) {
			const hashed = hash(item);
			output[known.has(hashed) ? 'processed' : 'new'].push(item);
			if (!known.has(hashed)) data.push(hashed);
		}
		if (maxEntries) data.splice(0, data.length - maxEntries);
		await tick();
		rows.set(key, data);
		const isLost = isLostNext && items.length > 0;
		if (isLost) isLostNext = false;
		if (isLost) throw new Error('Connection terminated unexpectedly');
		return output;
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		const key = this.keyOf(scope, context);
		const data = [...(rows.get(key) ?? [])];
		await tick();
		for (const item of items) {
			const at = data.indexOf(hash(item));
			if (at !== -1) data.splice(at, 1);
		}
		await tick();
		rows.set(key, data);
	}

	async clearAllProcessedItems(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		rows.delete(this.keyOf(scope, context));
	}

	async getProcessedDataCount(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<number> {
		return rows.get(this.keyOf(scope, context))?.length ?? 0;
	}
}

void DataDeduplicationService.init(new FakeDeduplicator());
