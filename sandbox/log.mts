import type { StockMove } from './http.mts';

/** One request and what it really did, whatever the client was told. Tokens are not kept. */
export interface LogEntry {
	n: number;
	/** ISO 8601, UTC. */
	at: string;
	platform: 'webflow' | 'ecwid' | 'rootfi';
	/** `webhook` for what the service itself sent. */
	method: string;
	/** Of a webhook, the address. */
	path: string;
	query: string;
	body: unknown;
	/** What the service answered, null when it never looked at the request; of a webhook, what it was answered. */
	status: number | null;
	/** What the client got instead, when a fault met the request; of a webhook, what was wrong with it. */
	fault: string | null;
	moves: StockMove[];
}

/** Entries kept; a demo and its page need no more. */
const MOST_KEPT = 20_000;

export class Log {
	private entries: LogEntry[] = [];
	private last = 0;
	private readonly listeners = new Set<(entry: Omit<LogEntry, 'n'>) => void>();

	add(entry: Omit<LogEntry, 'n'>): LogEntry {
		this.last += 1;
		const numbered = { n: this.last, ...entry };
		this.entries.push(numbered);
		if (this.entries.length > MOST_KEPT) this.entries.shift();
		this.tell(numbered);
		return numbered;
	}

	/** Shows listeners what is not a request, and so not in the log: a sale, a recount. */
	tell(entry: Omit<LogEntry, 'n'>): void {
		for (const listener of this.listeners) listener(entry);
	}

	/** All entries after number `since`. */
	all(since = 0): LogEntry[] {
		return this.entries.filter(({ n }) => n > since);
	}

	/** Tells of every entry from now on; returns how to stop. */
	listen(listener: (entry: Omit<LogEntry, 'n'>) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	clear(): void {
		this.entries = [];
		this.last = 0;
	}
}
