/** Where a supplier leaves a file: on a page, and on an FTP server, both on loopback. */
import { createServer, type Server } from 'node:http';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
	type Socket,
} from 'node:net';

type Anyone = Server | TcpServer;

async function listen(server: Anyone): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

const closed = async (server: Anyone): Promise<void> => {
	await new Promise((resolve) => server.close(resolve));
};

/** A page with one file; without a file it answers 404. */
export class FilePage {
	file: string | null = null;
	url = '';
	private readonly server = createServer((_, response) => {
		response.writeHead(this.file === null ? 404 : 200, { 'Content-Type': 'text/csv' });
		response.end(this.file ?? 'Nothing here');
	});

	static async open(): Promise<FilePage> {
		const page = new FilePage();
		page.url = `http://127.0.0.1:${await listen(page.server)}/stock.csv`;
		return page;
	}

	async close(): Promise<void> {
		await closed(this.server);
	}
}

/** As much of FTP as it takes to fetch one file. */
export class FtpServer {
	file = '';
	private port = 0;
	private readonly server = createTcpServer((socket) => this.serve(socket));

	static async open(): Promise<FtpServer> {
		const ftp = new FtpServer();
		ftp.port = await listen(ftp.server);
		return ftp;
	}

	/** What n8n's FTP credential asks for. */
	get credential() {
		return { host: '127.0.0.1', port: this.port, username: 'shop', password: 'secret' };
	}

	private serve(socket: Socket): void {
		let data: Promise<Socket> | null = null;
		const answers: Record<string, () => void> = {
			USER: () => say('331 Password'),
			PASS: () => say('230 Welcome'),
			TYPE: () => say('200 Fine'),
			QUIT: () => socket.end('221 Bye\r\n'),
			PASV: () => void openPassive(),
			RETR: () => void send(),
		};
		const say = (line: string): void => void socket.write(`${line}\r\n`);
		const openPassive = async (): Promise<void> => {
			const passive = createTcpServer();
			data = new Promise((resolve) => passive.once('connection', resolve));
			const port = await listen(passive);
			say(`227 Entering Passive Mode (127,0,0,1,${Math.floor(port / 256)},${port % 256})`);
			await data;
			passive.close();
		};
		const send = async (): Promise<void> => {
			say('150 Here it comes');
			(await data)?.end(this.file, () => say('226 Done'));
		};
		socket.on('error', () => {});
		socket.on('data', (chunk) => {
			for (const line of chunk.toString().trim().split('\r\n')) {
				(answers[line.split(' ')[0].toUpperCase()] ?? (() => say('502 Not here')))();
			}
		});
		say('220 ftp.supplier.example');
	}

	async close(): Promise<void> {
		await closed(this.server);
	}
}
