/** What a connection needs of whatever sends its requests; it never throws. */

export interface HttpRequest {
	method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
	/** After the base URL, with a leading slash, already encoded. */
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: unknown;
	/** The answer carries a secret, which no message may quote. */
	confidential?: boolean;
}

/** What the transport saw. It tells the phase as well as it can; where it cannot, the answer is `lost`. */
export type HttpAnswer =
	| {
			kind: 'answered';
			status: number;
			/** The reason phrase, where there is one: old Ecwid servers put their message there. */
			statusText: string;
			/** Names in lower case. */
			headers: Record<string, string>;
			text: string;
	  }
	| { kind: 'notSent'; code: string }
	| { kind: 'lost'; code: string }
	| { kind: 'canceled' };

export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;
