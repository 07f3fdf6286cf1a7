/** Ports of loopback, for what is started here. */
import { createServer, type AddressInfo } from 'node:net';

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Starts what listens on this port, or on any other where that one is taken. */
export async function listenOn<T>(start: (port: number) => Promise<T>, port: number): Promise<T> {
	try {
		return await start(port);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
		return await start(0);
	}
}

/** This port, or any other where someone answers on it already. */
export async function portOr(port: number): Promise<number> {
	try {
		await fetch(`http://127.0.0.1:${port}`);
		return await freePort();
	} catch {
		return port;
	}
}
