/** A sandbox on a port, as it was at the start before every test, and how its services are asked. */
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';

export let running: RunningSandbox;
beforeAll(async () => {
	running = await startSandbox();
});
afterAll(async () => await running.close());
beforeEach(() => running.sandbox.reset());

interface Answer {
	status: number;
	headers: Headers;
	body: any;
}

export async function ask(
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const response = await fetch(`${running.url}${path}`, {
		method,
		headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	let parsed: unknown = text;
	try {
		parsed = JSON.parse(text);
	} catch {
		// A page, or nothing.
	}
	return { status: response.status, headers: response.headers, body: parsed };
}

export const WEBFLOW = { Authorization: 'Bearer webflow-sandbox-token' };
export const ECWID = { Authorization: 'Bearer secret_sandbox' };
export const ROOTFI = { api_key: 'rootfi-sandbox-key' };
export const webflow = (method: string, path: string, body?: unknown) =>
	ask(method, `/webflow${path}`, body, WEBFLOW);
export const ecwid = (method: string, path: string, body?: unknown) =>
	ask(method, `/ecwid/api/v3/1003${path}`, body, ECWID);
export const rootfi = (method: string, path: string, body?: unknown) =>
	ask(method, `/rootfi/v4${path}`, body, ROOTFI);
