/** A service's list of items, read page by page and kept for one run. */
import type { Problem } from '../http/problems';
import type { Answer } from '../http/connection';
import { CONCURRENCY, mapInOrder } from '../http/map-in-order';
import type { LeftOut } from './documents';

export interface Page<T> {
	entries: T[];
	/** Entries that could not be identified. */
	leftOut: LeftOut[];
	/** How many entries the page had, including those left out. */
	read: number;
	/** Cursor of the next page, or null at the end. */
	next: string | null;
	/** How many entries the whole list has, if the service says so. */
	total: number | null;
	/** Cursors of all following pages, if they are known in advance. */
	following?: string[];
	/** The length of the list in units of the offset, if the cursor is one. */
	length?: number | null;
}

/** How often a list is read again if its length changed meanwhile. */
const MOST_RESTARTS = 1;

/** Cursors of the pages after the first in a list that is read by offset; none if the first page was not full. */
export function offsetsFrom(reached: number, total: number, pageSize: number): string[] {
	if (reached !== pageSize) return [];
	const pages = Math.max(Math.ceil((total - reached) / pageSize), 0);
	return Array.from({ length: pages }, (_, n) => String(reached + n * pageSize));
}

export type ReadPage<T> = (cursor: string | null) => Promise<Answer<Page<T>>>;

export class PagedList<T> {
	/** By key, so that an entry that moved to the next page while the list was read is not counted twice. */
	private readonly entries = new Map<string, T>();
	leftOut: LeftOut[] = [];
	private cursor: string | null = null;
	private pagesRead = 0;
	private pageSize = 0;
	private total: number | null = null;
	private following: string[] = [];
	/** Lengths that the pages of this pass reported. */
	private readonly lengths = new Set<number>();
	private restarts = 0;
	private reading: Promise<Problem | null> = Promise.resolve(null);

	constructor(
		private readonly readPage: ReadPage<T>,
		private readonly keyOf: (entry: T) => string,
	) {}

	/** Whether every page has been read. */
	get complete(): boolean {
		return this.pagesRead > 0 && this.cursor === null;
	}

	/** How many requests the whole list costs; null if that is not known yet. */
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
	 * Reads the rest of the list, but only as long as that costs at most `worth` more requests (the first page tells, if
	 * the service counts). Returns the fault if a page could not be read.
	 */
	async completeWithin(worth: number): Promise<Problem | null> {
		// Callers wait for each other and continue where the last one stopped.
		const reading = this.reading.then(async () => await this.readOn(worth));
		this.reading = reading;
		return await reading;
	}

	private async readOn(worth: number): Promise<Problem | null> {
		let spent = 0;
		while (!this.complete) {
			const left = this.pages === null ? null : this.pages - this.pagesRead;
			if (left === null ? spent >= worth : left > worth) return null;
			const cursors = this.following.length > 0 ? this.following : [this.cursor];
			const answers = await mapInOrder<string | null, Answer<Page<T>>>(
				cursors,
				async (cursor) => await this.readPage(cursor),
				(fault) => ({ ok: false, fault }),
				{ atOnce: CONCURRENCY },
			);
			spent += cursors.length;
			for (const [n, answer] of answers.entries()) {
				// The previous page did not end where expected: the rest is read from there, page by page.
				if (n > 0 && this.cursor !== cursors[n]) break;
				// Without the list nothing can be planned, so the fault affects the whole run.
				if (!answer.ok) return { ...answer.fault, wholeRun: true };
				this.take(answer.value);
			}
			if (this.complete && this.lengths.size > 1 && this.restarts < MOST_RESTARTS) this.restart();
		}
		return null;
	}

	/** An entry added or removed meanwhile moves those after it, perhaps across a page boundary, where they are missed. */
	private restart(): void {
		this.restarts += 1;
		this.entries.clear();
		this.leftOut = [];
		this.lengths.clear();
		this.pagesRead = 0;
	}

	private take({ entries, leftOut, read, next, total, following, length }: Page<T>): void {
		this.leftOut.push(...leftOut);
		for (const entry of entries) this.entries.set(this.keyOf(entry), entry);
		this.pageSize = Math.max(this.pageSize, read);
		this.total = total;
		if (length != null) this.lengths.add(length);
		this.cursor = next;
		// Only the first page determines the others; what was added meanwhile is read page by page.
		this.following = this.pagesRead === 0 ? (following ?? []) : [];
		this.pagesRead += 1;
	}
}
