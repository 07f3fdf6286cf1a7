/**
 * HTTP without a network: what a service is asked and what it answers. The server puts it on a socket, tests call it
 * directly.
 */
export interface Request {
	method: string;
	/** Behind the service's own prefix, with a leading slash. */
	path: string;
	query: URLSearchParams;
	/** Names in lower case. */
	headers: Record<string, string | undefined>;
	body: string;
}

export interface Reply {
	status: number;
	/** The reason phrase, where the service puts words there. */
	reason?: string;
	headers?: Record<string, string>;
	/** An object goes out as JSON, text as it is, undefined as no body. */
	body?: unknown;
}

/** How the stock of one item moved while a request was handled. */
export interface StockMove {
	itemId: string;
	variantId: string | null;
	sku: string | null;
	from: number | 'unlimited' | null;
	to: number | 'unlimited' | null;
}

export interface Handled {
	reply: Reply;
	moves: StockMove[];
}

export function reply(status: number, body?: unknown, headers?: Record<string, string>): Handled {
	return { reply: { status, body, headers }, moves: [] };
}

export type Handler = (request: Request, ...ids: string[]) => Handled;
export type Route = readonly [method: string, pattern: RegExp, handler: Handler];

/**
 * The first route that fits, or `otherwise`, which hears whether only the method does not. Path parameters are the
 * pattern's groups, decoded.
 */
export function route(
	routes: readonly Route[],
	request: Request,
	otherwise: (isOtherMethod: boolean) => Handled,
): Handled {
	let isOtherMethod = false;
	for (const [method, pattern, handler] of routes) {
		const ids = decoded(pattern.exec(request.path));
		if (ids === null) continue;
		if (method === request.method) return handler(request, ...ids);
		isOtherMethod = true;
	}
	return otherwise(isOtherMethod);
}

/** The groups of a match; null where there is none, or where a percent sign stands for nothing. */
function decoded(match: RegExpExecArray | null): string[] | null {
	try {
		return match?.slice(1).map(decodeURIComponent) ?? null;
	} catch {
		return null;
	}
}

/** The body as JSON, or undefined when it is none. */
export function parsed(request: Request): unknown {
	try {
		return JSON.parse(request.body);
	} catch {
		return undefined;
	}
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function bearer(request: Request): string {
	return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

export function hasJsonType(request: Request): boolean {
	return /^(application|text)\/json\b/i.test(request.headers['content-type'] ?? '');
}
