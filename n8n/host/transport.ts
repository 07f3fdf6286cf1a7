/**
 * Sends the requests of a connection through n8n's HTTP helper. Never throws, and reports as well as it can whether the
 * service may have seen the request; if it cannot tell, the answer is `lost`.
 */
import type {
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import type { HttpAnswer, HttpRequest, Transport } from '../../platforms/http/transport';
import { CERTIFICATE_CODES } from '../../platforms/http/problems';
import type { Failure } from './compatibility';
import { unwrapped } from './compatibility';

export type RequestContext =
	IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions | IPollFunctions | IWebhookFunctions;

/** Milliseconds to wait for an answer: the default of the SDKs of all three services. */
const REQUEST_TIMEOUT = 60_000;

/**
 * Error codes of Node.js that mean that no connection was made: an unknown host name, an untrusted certificate. Codes such
 * as EHOSTUNREACH can also mean a connection that broke later, so they count only if `connect` itself failed.
 */
const NO_CONNECTION = new Set([
	'ENOTFOUND',
	'EAI_AGAIN',
	'ERR_SSL_WRONG_VERSION_NUMBER',
	...CERTIFICATE_CODES,
]);

/** Sends the token in the header, whatever the service calls its type: otherwise n8n would put it into the URL. */
const OAUTH2 = { oauth2: { tokenType: 'Bearer' } };

/** Thrown by bugs, perhaps after the request was sent; n8n throws other errors to block a request. */
const PROGRAM_ERRORS = [TypeError, RangeError, SyntaxError, ReferenceError];

/** @param secrets Removed from everything that an answer says. */
export function createTransport(
	context: RequestContext,
	credentialType: string,
	baseUrl: string,
	secrets: string[],
): Transport {
	const hidden = secrets.flatMap(spellings).filter((text) => text !== '');
	return async (request) => {
		const options = optionsFor(request, baseUrl);
		let response: IN8nHttpFullResponse;
		try {
			response = (await context.helpers.httpRequestWithAuthentication.call(
				context,
				credentialType,
				options,
				OAUTH2,
			)) as IN8nHttpFullResponse;
		} catch (error) {
			return redacted(unanswered(error, signalOf(context)), hidden);
		}
		return typeof response?.statusCode === 'number'
			? redacted(answered(response), hidden)
			: { kind: 'lost', code: 'no response' };
	};
}

/** The cancel signal of an execution; lists in the editor have none. */
export function signalOf(context: RequestContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

function optionsFor(request: HttpRequest, baseUrl: string): IHttpRequestOptions {
	const query = new URLSearchParams(request.query ?? {}).toString();
	return {
		method: request.method,
		url: `${baseUrl}${request.path}${query === '' ? '' : `?${query}`}`,
		headers: { Accept: 'application/json', ...request.headers },
		body: request.body as IHttpRequestOptions['body'],
		// Unparsed: the platform checks whether it is complete JSON.
		encoding: 'text',
		returnFullResponse: true,
		// Includes 401: if it were thrown, n8n would look for a newer token and send the request a second time.
		ignoreHttpStatusErrors: true,
		timeout: REQUEST_TIMEOUT,
		// A redirect would send headers such as RootFi's `api_key` to another host, whose levels are not the shop's. And a
		// redirected write may have been processed at either address.
		disableFollowRedirect: true,
		sendCredentialsOnCrossOriginRedirect: false,
	};
}

function answered(response: IN8nHttpFullResponse): HttpAnswer {
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(response.headers ?? {})) {
		headers[name.toLowerCase()] = String(value);
	}
	const { body } = response;
	return {
		kind: 'answered',
		status: response.statusCode,
		statusText: response.statusMessage ?? '',
		headers,
		text: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}

/** A secret as it was typed, and as it is encoded in URLs and in JSON. */
function spellings(secret: string): string[] {
	const trimmed = secret.trim();
	return [secret, trimmed, encodeURIComponent(trimmed), JSON.stringify(trimmed).slice(1, -1)];
}

/** An answer without the secrets that it may repeat. */
function redacted(answer: HttpAnswer, hidden: string[]): HttpAnswer {
	const clean = (text: string): string =>
		hidden.reduce((left, secret) => left.split(secret).join('•••'), text);
	switch (answer.kind) {
		case 'answered':
			return { ...answer, statusText: clean(answer.statusText), text: clean(answer.text) };
		case 'canceled':
			return answer;
		default:
			return { ...answer, code: clean(answer.code) };
	}
}

function unanswered(error: unknown, signal: AbortSignal | undefined): HttpAnswer {
	const chain = causes(error);
	const codes = chain.map(({ code }) => code).filter((code) => typeof code === 'string');
	if (signal?.aborted || codes.includes('ERR_CANCELED')) return { kind: 'canceled' };
	const connecting = chain.find(
		({ code, syscall }) => syscall === 'connect' || NO_CONNECTION.has(String(code)),
	);
	if (connecting !== undefined) return { kind: 'notSent', code: String(connecting.code) };
	const [code] = codes;
	const byHttp = chain.some(({ isAxiosError }) => isAxiosError === true);
	const isBug = chain.some((one) => PROGRAM_ERRORS.some((type) => one instanceof type));
	if (!byHttp && code === undefined && !isBug) {
		// Not from the HTTP client: n8n blocked the request because of a credential or a forbidden address.
		return { kind: 'notSent', code: String(chain[0]?.message ?? error) };
	}
	return { kind: 'lost', code: String(code ?? 'unknown') };
}

/** An error and its causes, including those of several addresses tried for one host name. */
function causes(error: unknown): Failure[] {
	const chain: Failure[] = [];
	const queue: unknown[] = [error];
	while (queue.length > 0 && chain.length < 10) {
		const next = queue.shift();
		if (typeof next !== 'object' || next === null) continue;
		const failure = unwrapped(next as Failure);
		chain.push(failure);
		queue.push(failure.cause, ...(Array.isArray(failure.errors) ? failure.errors : []));
	}
	return chain;
}
