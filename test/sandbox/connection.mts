/** A sandbox with one product on a port, and a client that sees what becomes of its connection. */
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import { Sandbox, type ServiceName } from '../../sandbox/sandbox.mts';
import { startSandbox, type RunningSandbox } from '../../sandbox/server.mts';
import { SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import { InstantClock } from '../support/clock.mts';

export const clock = new InstantClock();
export let running: RunningSandbox;
beforeAll(async () => {
	running = await startSandbox(0, new Sandbox(clock));
});
afterAll(async () => await running.close());
beforeEach(() => {
	running.sandbox.reset();
	running.sandbox.seed({ products: [{ name: 'Lantern', sku: 'A', quantity: 50 }] });
});

interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
	body: any;
}

interface Asked {
	method: string;
	path: string;
	headers?: Record<string, string>;
	body?: unknown;
}

/** Asks on a connection of its own, or on one that is kept; rejects with Node's error when it breaks. */
export async function ask({ method, path, headers, body }: Asked, agent?: Agent): Promise<Answer> {
	const text = await new Promise<Omit<Answer, 'body'>>((resolve, reject) => {
		const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
		const options = { method, agent: agent ?? false, headers: { ...type, ...headers } };
		const asked = request(`${running.url}${path}`, options, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', reject);
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					text: Buffer.concat(chunks).toString(),
				}),
			);
		});
		asked.on('error', reject);
		asked.end(body === undefined ? undefined : JSON.stringify(body));
	});
	return { ...text, body: parsed(text.text) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export const control = async (path: string, body?: unknown): Promise<Answer> =>
	await ask({ method: 'POST', path: `/control/${path}`, body });

export const SERVICES: ServiceName[] = ['webflow', 'ecwid', 'rootfi'];
const PREFIXES = { webflow: '/webflow/v2', ecwid: '/ecwid/api/v3/1003', rootfi: '/rootfi/v4' };
const TOKENS: Record<ServiceName, Record<string, string>> = {
	webflow: { Authorization: 'Bearer webflow-sandbox-token' },
	ecwid: { Authorization: 'Bearer secret_sandbox' },
	rootfi: { api_key: 'rootfi-sandbox-key' },
};

export function to(service: ServiceName, method: string, path: string, body?: unknown): Asked {
	return { method, path: `${PREFIXES[service]}${path}`, headers: TOKENS[service], body };
}

const LEVEL = `/collections/${SKU_COLLECTION_ID}/items/20e63fc00000000000000000/inventory`;
export const READ: Record<ServiceName, Asked> = {
	webflow: to('webflow', 'GET', LEVEL),
	ecwid: to('ecwid', 'GET', '/products/692730001'),
	rootfi: to('rootfi', 'GET', '/ecommerce/inventories/157'),
};
/** Takes two of 50; on RootFi, which knows no delta, by writing what is left. */
export const TAKE_TWO: Record<ServiceName, Asked> = {
	webflow: to('webflow', 'PATCH', LEVEL, { inventoryType: 'finite', updateQuantity: -2 }),
	ecwid: to('ecwid', 'PUT', '/products/692730001/inventory', { quantityDelta: -2 }),
	rootfi: to('rootfi', 'PUT', '/ecommerce/inventories/157', { data: [{ quantity: 48 }] }),
};

export const level = (service: ServiceName): number => running.sandbox[service].stock()[0].quantity;
export const moves = () => running.sandbox.log.all().flatMap((entry) => entry.moves);

/** Asks again until something answers. */
export async function untilUp(asked: Asked): Promise<Answer> {
	for (let tries = 0; tries < 1_000; tries += 1) {
		try {
			return await ask(asked);
		} catch (error) {
			expect(error).toMatchObject({ code: 'ECONNREFUSED' });
			await pass(1);
		}
	}
	throw new Error('Nothing answers');
}
