/**
 * The sandbox on a loopback port: `/webflow`, `/ecwid` and `/rootfi/v4` are the services' base URLs, `/control` moves
 * the scenery, `/` shows the stock live, and `/files` holds the example spreadsheets.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { control } from './control.mts';
import type { Reply, Request } from './http.mts';
import { Sandbox, type Delivery, type ServiceName } from './sandbox.mts';
import { connect } from './sender.mts';

const HOST = '127.0.0.1';
const PAGE = new URL('./page/', import.meta.url);
const FILES = new URL('../examples/data/', import.meta.url);

const TYPES: Record<string, string> = {
	html: 'text/html; charset=utf-8',
	css: 'text/css; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	csv: 'text/csv; charset=utf-8',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export interface RunningSandbox {
	sandbox: Sandbox;
	/** `http://127.0.0.1:<port>`. */
	url: string;
	close(): Promise<void>;
}

/** @param port 0 takes any free one. */
export async function startSandbox(port = 0, sandbox = new Sandbox()): Promise<RunningSandbox> {
	const open = new Set<ServerResponse>();
	const server = createServer((incoming, outgoing) => {
		open.add(outgoing);
		outgoing.on('close', () => open.delete(outgoing));
		serve(sandbox, incoming, outgoing).catch((error: Error) => {
			send(outgoing, { status: 500, body: { error: error.message } });
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, HOST, () => {
			server.off('error', reject);
			resolve();
		});
	});
	const { port: taken } = server.address() as AddressInfo;
	const disconnect = connect(sandbox);
	let up: NodeJS.Timeout | undefined;
	sandbox.down = (ms) => {
		clearTimeout(up);
		// What is in flight is answered, and its connection is not used again.
		const answers = [...open].filter(({ headersSent }) => !headersSent);
		for (const outgoing of answers) outgoing.setHeader('Connection', 'close');
		server.close();
		up = setTimeout(() => server.listen(taken, HOST), ms);
	};
	return {
		sandbox,
		url: `http://${HOST}:${taken}`,
		close: async () => {
			sandbox.down = () => {};
			disconnect();
			clearTimeout(up);
			await close(server);
		},
	};
}

async function close(server: Server): Promise<void> {
	await new Promise((resolve) => {
		server.close(resolve);
		server.closeAllConnections();
	});
}

async function serve(
	sandbox: Sandbox,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
): Promise<void> {
	const url = new URL(incoming.url ?? '/', 'http://sandbox');
	const request = await requestOf(incoming, url);
	const service = /^\/(webflow|ecwid|rootfi)(\/.*)$/.exec(url.pathname);
	if (service !== null) {
		const [, name, path] = service;
		const delivery = await sandbox.handle(name as ServiceName, { ...request, path }, wait);
		deliver(delivery, incoming, outgoing);
	} else if (url.pathname.startsWith('/control/')) {
		send(outgoing, control(sandbox, request).reply);
	} else if (url.pathname === '/live') {
		live(sandbox, outgoing);
	} else {
		await sendFile(url.pathname, outgoing);
	}
}

async function requestOf(incoming: IncomingMessage, url: URL): Promise<Request> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	return {
		method: incoming.method ?? 'GET',
		path: url.pathname,
		query: url.searchParams,
		headers: incoming.headers as Request['headers'],
		body: Buffer.concat(chunks).toString('utf8'),
	};
}

function deliver(delivery: Delivery, incoming: IncomingMessage, outgoing: ServerResponse): void {
	switch (delivery.kind) {
		case 'reply':
			send(outgoing, delivery.reply);
			break;
		case 'truncate': {
			const { text, type } = encode(delivery.reply);
			outgoing.writeHead(delivery.reply.status, {
				'Content-Type': type,
				'Content-Length': text.length,
			});
			outgoing.write(text.subarray(0, Math.floor(text.length / 2)), () =>
				incoming.socket.destroy(),
			);
			break;
		}
		case 'hang':
			// Nothing is sent; the client gives up, or the sandbox is closed.
			break;
		default:
			incoming.socket.destroy();
	}
}

function send(outgoing: ServerResponse, reply: Reply): void {
	const { text, type } = encode(reply);
	const content = { 'Content-Type': type, 'Content-Length': text.length };
	const headers = { ...(reply.status === 204 ? {} : content), ...reply.headers };
	if (reply.reason === undefined) outgoing.writeHead(reply.status, headers);
	else outgoing.writeHead(reply.status, reply.reason, headers);
	outgoing.end(text);
}

function encode({ body }: Reply): { text: Buffer; type: string } {
	if (body === undefined) return { text: Buffer.alloc(0), type: 'application/json' };
	const isText = typeof body === 'string';
	return {
		text: Buffer.from(isText ? body : JSON.stringify(body)),
		type: isText ? 'text/plain' : 'application/json',
	};
}

/** Every request as it happens, for the page. */
function live(sandbox: Sandbox, outgoing: ServerResponse): void {
	outgoing.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
	outgoing.write(': open\n\n');
	const stop = sandbox.log.listen((entry) => outgoing.write(`data: ${JSON.stringify(entry)}\n\n`));
	outgoing.on('close', stop);
}

async function sendFile(path: string, outgoing: ServerResponse): Promise<void> {
	const name = path === '/' ? 'index.html' : path.replace(/^\/(files\/)?/, '');
	const known = /^[a-z0-9-]+\.([a-z]+)$/.exec(name);
	try {
		if (known === null) throw new Error('no such file');
		const body = await readFile(new URL(name, path.startsWith('/files/') ? FILES : PAGE));
		const type = TYPES[known[1]] ?? 'application/octet-stream';
		outgoing.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length });
		outgoing.end(body);
	} catch {
		send(outgoing, { status: 404, body: { error: `Nothing at ${path}` } });
	}
}
