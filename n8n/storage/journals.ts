import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type {
	Hold,
	ExecutionJournal,
	Note,
	Recalled,
} from '../../inventory/memory/execution-journal';
import { intentOf, recalled } from '../../inventory/memory/execution-journal';
import type { Row } from '../../inventory/rows/row';
import type { RowResult } from '../../inventory/model/row-result';
import type { WriteOperation } from '../../inventory/model/change';
import { sha256 } from '../host/digest';

interface StoredNote extends Note {
	executionId: string;
	/** The service, account and site or company that were written to. */
	shop: string;
}

const CONTEXT_KEY = 'inventorySync';

/**
 * The execution's own memory, in the context that n8n keeps for a node. It survives the tries of Retry On Fail and a retry
 * of the failed execution, in any worker. Rows of another run index are other rows.
 */
export class ContextJournal implements ExecutionJournal {
	private readonly notes: Record<string, StoredNote>;
	private readonly executionId: string;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly run: string,
		private readonly shop: string,
	) {
		const runs = runsOf(context);
		this.notes = runs[run] = runs[run] ?? {};
		this.executionId = context.getExecutionId();
	}

	recall(row: Row, operation: WriteOperation): Recalled | null {
		const note: StoredNote | undefined = this.notes[row.index];
		if (note?.shop !== this.shop) return null;
		return recalled(note, row, operation, note.executionId === this.executionId);
	}

	note(row: Row, operation: WriteOperation, result: RowResult, hold: Hold): void {
		const { executionId, shop } = this;
		const known: StoredNote | undefined = this.notes[row.index];
		if (hold === 'decided' && known?.hold === 'sent' && known.shop === shop) return;
		const intent = intentOf(row, operation);
		this.notes[row.index] = { result, hold, operation, intent, executionId, shop };
	}

	erase(row: Row): void {
		delete this.notes[row.index];
	}

	/** Called when the step has ended and n8n will not try it again. */
	forget(): void {
		delete runsOf(this.context)[this.run];
	}
}

function runsOf(context: IExecuteFunctions): Record<string, Record<string, StoredNote>> {
	const data = context.getContext('node') as IDataObject;
	data[CONTEXT_KEY] = data[CONTEXT_KEY] ?? {};
	return data[CONTEXT_KEY] as unknown as Record<string, Record<string, StoredNote>>;
}

/**
 * The memory of an AI tool: if an agent calls again with the same change for the same item and key, it gets the first
 * result. This is for deltas only; repeating a set changes nothing.
 */
export class ToolJournal implements ExecutionJournal {
	private readonly calls: Record<string, StoredNote>;

	constructor(
		context: IExecuteFunctions,
		private readonly shop: string,
	) {
		const runs = runsOf(context);
		this.calls = runs.tool = runs.tool ?? {};
	}

	recall(row: Row, operation: WriteOperation): Recalled | null {
		const note: StoredNote | undefined = this.calls[this.nameOf(row, operation)];
		if (note === undefined) return null;
		const message = `${note.result.message ?? ''} ${REPEATED}`.trim();
		return { result: { ...note.result, message }, hold: note.hold, sameExecution: false };
	}

	note(row: Row, operation: WriteOperation, result: RowResult, hold: Hold): void {
		if (operation !== 'adjustByDelta' || hold !== 'sent') return;
		const intent = intentOf(row, operation);
		const { shop } = this;
		const name = this.nameOf(row, operation);
		this.calls[name] = { result, hold, operation, intent, executionId: '', shop };
	}

	erase(row: Row, operation: WriteOperation): void {
		delete this.calls[this.nameOf(row, operation)];
	}

	private nameOf(row: Row, operation: WriteOperation): string {
		return sha256(`${this.shop} ${intentOf(row, operation)}`);
	}
}

const REPEATED =
	'This is the result of an earlier call in this execution: the same change to the same item is made once. To make it again, give it an idempotency key of its own.';
