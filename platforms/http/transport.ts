/** The interface through which a connection sends its requests; it never throws. */

export interface HttpRequest {
	method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
	/** After the base URL, with a leading slash, already encoded. */
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: unknown;
	/** The answer contains a secret, so no message may quote it. */
	confidential?: boolean;
}

/** How far the request got, as far as the transport can tell; if it cannot, the answer is `lost`. */
export type HttpAnswer =
	| {
			kind: 'answered';
			status: number;
			/** The reason phrase, if there is one: old Ecwid servers put their message there. */
			statusText: string;
			/** Names in lower case. */
			headers: Record<string, string>;
			text: string;
	  }
	| { kind: 'notSent'; code: string }
	| { kind: 'lost'; code: string }
	| { kind: 'canceled' };

export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;
