/** Who gets what the examples send: a chat and a mail server, on loopback. */
import { createServer, type Server } from 'node:http';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
} from 'node:net';

/** A chat's incoming webhook. */
export class Chat {
	readonly received: unknown[] = [];

	private constructor(private readonly server: Server) {}

	static async open(): Promise<Chat> {
		const chat = new Chat(
			createServer((request, response) => {
				let body = '';
				request.on('data', (text) => (body += text));
				request.on('end', () => {
					chat.received.push(JSON.parse(body));
					response.end('ok');
				});
			}),
		);
		await new Promise<void>((resolve) => chat.server.listen(0, '127.0.0.1', resolve));
		return chat;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	async close(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** As much of a WooCommerce shop as is asked for an order's refunds. */
export class OrderShop {
	/** The refunds of its order. */
	refunds: unknown[] = [];

	private constructor(private readonly server: Server) {}

	static async open(): Promise<OrderShop> {
		const shop = new OrderShop(
			createServer(({ url = '', headers }, response) => {
				const isKnown = headers.authorization === `Basic ${btoa('ck_shop:cs_shop')}`;
				const isAsked = /\/orders\/\d+\/refunds(\?|$)/.test(url);
				response.writeHead(isKnown ? (isAsked ? 200 : 404) : 401, {
					'Content-Type': 'application/json',
				});
				response.end(JSON.stringify(isKnown && isAsked ? shop.refunds : {}));
			}),
		);
		await new Promise<void>((resolve) => shop.server.listen(0, '127.0.0.1', resolve));
		return shop;
	}

	private get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	get credential() {
		return { consumerKey: 'ck_shop', consumerSecret: 'cs_shop', url: this.url };
	}

	orderUrl(id: number): string {
		return `${this.url}/wp-json/wc/v3/orders/${id}`;
	}

	async close(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** A mail server that takes everything, and understands as much SMTP as that needs. */
export class Mailbox {
	/** Messages as they came, headers included. */
	readonly received: string[] = [];

	private constructor(private readonly server: TcpServer) {}

	static async open(): Promise<Mailbox> {
		const mailbox = new Mailbox(
			createTcpServer((socket) => {
				let text = '';
				let message: string | null = null;
				socket.write('220 mail.example\r\n');
				socket.on('data', (chunk) => {
					text += chunk.toString();
					for (let end = text.indexOf('\r\n'); end !== -1; end = text.indexOf('\r\n')) {
						const line = text.slice(0, end);
						text = text.slice(end + 2);
						if (message !== null && line !== '.') {
							message += `${line}\n`;
						} else if (message !== null) {
							mailbox.received.push(message);
							message = null;
							socket.write('250 Taken\r\n');
						} else if (line === 'DATA') {
							message = '';
							socket.write('354 Go on\r\n');
						} else {
							socket.write(line === 'QUIT' ? '221 Bye\r\n' : '250 Well\r\n');
						}
					}
				});
				socket.on('error', () => {});
			}),
		);
		await new Promise<void>((resolve) => mailbox.server.listen(0, '127.0.0.1', resolve));
		return mailbox;
	}

	/** What n8n's SMTP credential asks for. */
	get credential() {
		const { port } = this.server.address() as AddressInfo;
		return {
			host: '127.0.0.1',
			port,
			user: '',
			password: '',
			secure: false,
			disableStartTls: true,
		};
	}

	async close(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

/** The parts of a message with several, decoded. */
export function partsOf(message: string): string[] {
	const [, boundary] = /boundary="([^"]+)"/.exec(message) ?? [];
	return message
		.split(`--${boundary}`)
		.slice(1, -1)
		.map((part) => {
			const [head, ...body] = part.trim().split('\n\n');
			const content = body.join('\n\n');
			if (/base64/.test(head)) return Buffer.from(content, 'base64').toString();
			return /quoted-printable/.test(head) ? fromQuotedPrintable(content) : content;
		});
}

function fromQuotedPrintable(text: string): string {
	const bytes = text
		.replace(/=\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}
