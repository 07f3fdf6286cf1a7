/**
 * Ecwid's batches: up to 500 requests that run one after the other, or a hundred at once in parallel mode, first come first
 * served, and are known again by their `deduplicationKey` for an hour.
 *
 * Source: docs.ecwid.com, batch requests.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.mts';
import type { Handled, Reply, Request } from '../http.mts';
import { isObject, parsed, reply } from '../http.mts';
import type { EcwidSwitches } from './switches.mts';

const MOST_ITEMS = 500;
const KEY_LIFE_MS = 60 * 60_000;
/** Requests of a batch in parallel mode that run at once. */
const AT_ONCE = 100;
/** With `stopOnFirstFailure=false`, an item that answers 5xx is repeated so often, so far apart. */
const REPEATS = 5;
const REPEAT_EVERY_MS = 3_000;

/** What a `deduplicationKey` is. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface Item {
	id?: string;
	path: string;
	method: string;
	body?: unknown;
}

interface Answered {
	status: 'COMPLETED' | 'FAILED' | 'NOT_EXECUTED';
	reply?: Reply;
}

interface Batch {
	ticket: string;
	token: string;
	items: Item[];
	stopOnFirstFailure: boolean;
	parallel: boolean;
	/** When the next item may run that has not, in milliseconds since 1970. */
	due: number;
	/** How many items have run, at least once. */
	started: number;
	/** Items that answered 5xx and run again, by their place. */
	again: Map<number, { tries: number; due: number }>;
	answers: Array<Answered | undefined>;
	failed: boolean;
	deleted: boolean;
}

/** Runs one request of a batch through the service, faults and log included. */
export type RunInside = (request: Request) => Reply;

export class Batches {
	private readonly batches = new Map<string, Batch>();
	private readonly keys = new Map<string, { ticket: string; at: number }>();
	private count = 0;
	/** When the queue of the store is free, in milliseconds since 1970. */
	private free = 0;
	private running = false;

	constructor(
		private readonly clock: Clock,
		private readonly switches: () => EcwidSwitches,
		private readonly refuse: (status: number, code: string | null, words: string) => Handled,
	) {}

	clear(): void {
		this.batches.clear();
		this.keys.clear();
		this.free = 0;
	}

	create(request: Request, token: string): Handled {
		const items = parsed(request);
		if (!Array.isArray(items) || items.length === 0 || !items.every(isItem)) {
			const words =
				"Can't create batch. Batch request body is invalid. Path $[0].id contains bad value";
			return reply(400, { error_message: words });
		}
		if (items.length > MOST_ITEMS)
			return this.refuse(400, 'WRONG_PARAMETER', 'Too many requests in a batch');
		const now = this.clock.now();
		const key = request.query.get('deduplicationKey');
		if (key !== null && !UUID.test(key)) {
			return this.refuse(400, 'WRONG_PARAMETER', "Wrong parameter 'deduplicationKey' value");
		}
		const known = key === null ? undefined : this.keys.get(key);
		if (known !== undefined && now - known.at < KEY_LIFE_MS)
			return reply(200, { ticket: known.ticket });
		this.count += 1;
		const ticket = uuidOf(`${this.count}`);
		const due = Math.max(this.free, now + this.switches().batchQueueMs);
		this.free = due;
		this.batches.set(ticket, {
			ticket,
			token,
			items: items,
			stopOnFirstFailure: request.query.get('stopOnFirstFailure') !== 'false',
			parallel: request.query.get('allowParallelMode') === 'true',
			due,
			started: 0,
			again: new Map(),
			answers: items.map(() => undefined),
			failed: false,
			deleted: false,
		});
		if (key !== null) this.keys.set(key, { ticket, at: now });
		return reply(200, { ticket });
	}

	status(request: Request): Handled {
		const batch = this.batches.get(request.query.get('ticket') ?? '');
		if (batch === undefined) return this.refuse(404, null, 'Batch is not found');
		const escaped = request.query.get('escapedJson') === 'true';
		const done = isDone(batch);
		const responses = batch.answers.flatMap((answer, n) =>
			answer === undefined ? [] : [this.show(batch.items[n], answer, escaped)],
		);
		const completedRequests = responses.length;
		if (this.switches().batchOrder === 'reversed') responses.reverse();
		return reply(200, {
			status: done ? 'COMPLETED' : completedRequests === 0 ? 'QUEUED' : 'IN_PROGRESS',
			totalRequests: batch.items.length,
			completedRequests,
			responses: done || this.switches().batchPartial === 'shown' ? responses : null,
		});
	}

	remove(request: Request): Handled {
		const batch = this.batches.get(request.query.get('ticketId') ?? '');
		const queued = batch !== undefined && batch.started === 0;
		if (queued) {
			batch.deleted = true;
			this.batches.delete(batch.ticket);
		}
		return reply(200, { deleteCount: queued ? 1 : 0 });
	}

	/**
	 * Runs everything that is due by now, one batch after the other; a sale that falls between two items does not start it
	 * a second time.
	 */
	advance(run: RunInside): void {
		if (this.running) return;
		this.running = true;
		for (const batch of [...this.batches.values()].filter((one) => !isDone(one))) {
			if (batch.started === 0) batch.due = Math.max(batch.due, this.free);
			for (let next = nextOf(batch); next !== null; next = nextOf(batch)) {
				if (next.due > this.clock.now()) break;
				this.step(batch, next, run);
			}
			if (!isDone(batch)) break;
		}
		this.running = false;
	}

	private step(batch: Batch, { n, due }: NextItem, run: RunInside): void {
		const tries = (batch.again.get(n)?.tries ?? 0) + 1;
		if (tries === 1) batch.started += 1;
		const answer = run(requestOf(batch.items[n], batch.token));
		const repeats = !batch.stopOnFirstFailure || this.switches().batchRepeats === 'always';
		if (repeats && answer.status >= 500 && tries <= REPEATS) {
			batch.again.set(n, { tries, due: due + REPEAT_EVERY_MS });
			return;
		}
		batch.again.delete(n);
		const ok = answer.status === 200;
		batch.failed = batch.failed || !ok;
		batch.answers[n] = { status: ok ? 'COMPLETED' : 'FAILED', reply: answer };
		if (batch.failed && batch.stopOnFirstFailure) leaveOut(batch);
		// Those that run at once take as long as one of them.
		const last = !batch.parallel || batch.started % AT_ONCE === 0 || isDone(batch);
		if (last) batch.due = Math.max(batch.due, due) + this.switches().batchItemMs;
		this.free = Math.max(this.free, batch.due);
	}

	private show({ id }: Item, { status, reply: answer }: Answered, escaped: boolean): unknown {
		const named = id === undefined ? {} : { id };
		if (answer === undefined) return { ...named, status };
		const { body } = answer;
		const unescaped = this.switches().batchBodies === 'always' ? { httpBody: body } : {};
		const shown = escaped
			? { escapedHttpBody: typeof body === 'string' ? body : JSON.stringify(body ?? '') }
			: unescaped;
		return {
			...named,
			status,
			...shown,
			httpStatusCode: answer.status,
			httpStatusLine: String(answer.status),
		};
	}
}

function isDone({ answers }: Batch): boolean {
	return answers.every((answer) => answer !== undefined);
}

/** The item of a batch that runs next, by its place, and when. */
interface NextItem {
	n: number;
	due: number;
}

/** One that runs again holds back those behind it, unless they run at once. */
function nextOf({ items, started, due, again, parallel }: Batch): NextItem | null {
	const candidates = [...again].map(([n, one]) => ({ n, due: one.due }));
	if (started < items.length && candidates.length < (parallel ? AT_ONCE : 1)) {
		candidates.push({ n: started, due });
	}
	return candidates.toSorted((a, b) => a.due - b.due)[0] ?? null;
}

function leaveOut(batch: Batch): void {
	batch.started = batch.items.length;
	batch.again.clear();
	batch.answers = batch.answers.map((answer) => answer ?? { status: 'NOT_EXECUTED' });
}

function isItem(value: unknown): value is Item {
	return (
		isObject(value) &&
		typeof value.path === 'string' &&
		['GET', 'POST', 'PUT', 'DELETE'].includes(String(value.method)) &&
		(value.id === undefined || typeof value.id === 'string')
	);
}

/** The path of an item, with or without a slash in front, and with its query. */
function requestOf({ path, method, body }: Item, token: string): Request {
	const url = new URL(path.startsWith('/') ? path : `/${path}`, 'http://inside');
	return {
		method,
		path: url.pathname,
		query: url.searchParams,
		headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
		body: body === undefined || body === null || body === '' ? '' : JSON.stringify(body),
	};
}

function uuidOf(text: string): string {
	const hex = createHash('sha256').update(text).digest('hex');
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20, 32),
	].join('-');
}
