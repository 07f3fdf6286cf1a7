/**
 * What can go wrong between a client and a service, on demand.
 */
import type { Reply, Request } from './http.mts';
import type { OutsideChange } from './service.mts';

export interface Fault {
	/** Which requests it meets: all, unless these say otherwise. */
	platform?: 'webflow' | 'ecwid' | 'rootfi';
	method?: string;
	/** A regular expression on the path behind the service's prefix. */
	path?: string;
	/** Requests that fit and are let through first; 0 unless named. */
	skip?: number;
	/** How many requests it meets; 1 unless named. */
	times?: number;

	/** Whether the service takes the request before the client is told otherwise; true unless named. */
	apply?: boolean;
	/**
	 * What the client gets: the answer as it is, another answer, or none. `truncate` cuts the answer in the middle,
	 * `nonsense` answers 200 with a page of HTML, `stale` answers a reading of RootFi's copy as it was before its last
	 * change. `noConnection` is a connection that never came about, so that nothing is applied; over HTTP there is one by
	 * then, and it breaks as with `reset`: there, `downMs` is what refuses connections.
	 */
	then?: 'answer' | 'stale' | 'reset' | 'hang' | 'truncate' | 'nonsense' | 'noConnection' | Reply;
	/** Milliseconds before the request is looked at. */
	delayMs?: number;
	/** Milliseconds for which new connections are refused once this request has been handled; over HTTP only. */
	downMs?: number;
	/** Someone else's change on the same service, before or after the request is looked at. */
	before?: OutsideChange;
	after?: OutsideChange;
}

interface Queued {
	fault: Fault;
	toSkip: number;
	left: number;
}

export class Faults {
	private queue: Queued[] = [];

	add(faults: Fault[]): void {
		for (const fault of faults) {
			this.queue.push({ fault, toSkip: fault.skip ?? 0, left: fault.times ?? 1 });
		}
	}

	/** The fault a request meets, which is then used up once. */
	take(platform: string, request: Request): Fault | null {
		for (const queued of this.queue) {
			if (!fits(queued.fault, platform, request)) continue;
			if (queued.toSkip > 0) {
				queued.toSkip -= 1;
				continue;
			}
			queued.left -= 1;
			this.queue = this.queue.filter(({ left }) => left > 0);
			return queued.fault;
		}
		return null;
	}

	get waiting(): number {
		return this.queue.length;
	}

	clear(): void {
		this.queue = [];
	}
}

function fits(fault: Fault, platform: string, request: Request): boolean {
	return (
		(fault.platform === undefined || fault.platform === platform) &&
		(fault.method === undefined || fault.method.toUpperCase() === request.method) &&
		(fault.path === undefined || new RegExp(fault.path).test(request.path))
	);
}
