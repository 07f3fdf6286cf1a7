/**
 * A service's list of items, read page by page and kept for one run.
 */
import type { Fault } from '../inventory/stock';
import type { Answer } from './connection';

export interface Page<T> {
	entries: T[];
	/** Cursor of the next page, or null at the end. */
	next: string | null;
	/** How many entries the whole list has, where the service says so. */
	total: number | null;
}

export type ReadPage<T> = (cursor: string | null) => Promise<Answer<Page<T>>>;

export class Catalogue<T> {
	/** By key: an entry that slid to the next page while the list was read is still one entry. */
	private readonly entries = new Map<string, T>();
	private cursor: string | null = null;
	private pagesRead = 0;
	private pageSize = 0;
	private total: number | null = null;

	constructor(
		private readonly readPage: ReadPage<T>,
		private readonly keyOf: (entry: T) => string,
	) {}

	/** Whether every page has been read. */
	get complete(): boolean {
		return this.pagesRead > 0 && this.cursor === null;
	}

	/** How many requests the whole list costs; null while that is not known. */
	get pages(): number | null {
		if (this.complete) return this.pagesRead;
		if (this.total === null || this.pageSize === 0) return null;
		return Math.ceil(this.total / this.pageSize);
	}

	get all(): T[] {
		return [...this.entries.values()];
	}

	get(key: string): T | undefined {
		return this.entries.get(key);
	}

	/**
	 * Reads the rest of the list while that costs at most `worth` more requests, and leaves it when it turns out dearer
	 * (the first page tells, where the service counts). Returns the fault when a page could not be read.
	 */
	async completeWithin(worth: number): Promise<Fault | null> {
		for (let spent = 0; !this.complete; spent += 1) {
			const left = this.pages === null ? null : this.pages - this.pagesRead;
			if (left === null ? spent >= worth : left > worth) return null;
			const answer = await this.readPage(this.cursor);
			// Without its list a service can plan nothing, so the fault holds for the whole run.
			if (!answer.ok) return { ...answer.fault, wholeRun: true };
			const { entries, next, total } = answer.value;
			for (const entry of entries) this.entries.set(this.keyOf(entry), entry);
			this.pageSize = Math.max(this.pageSize, entries.length);
			this.total = total;
			this.cursor = next;
			this.pagesRead += 1;
		}
		return null;
	}
}
