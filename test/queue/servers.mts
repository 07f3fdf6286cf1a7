/**
 * Redis and PostgreSQL of Debian's packages, installed if missing, as instances of the test's own: in a temporary folder,
 * on free ports of loopback, beside whatever the computer runs as a service.
 */
import { execFile, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isRemoved, removeAtEnd, start } from '../../tools/processes.mjs';
import type { Progress } from '../host/install.mts';
import { freePort } from '../host/ports.mts';

const run = promisify(execFile);

const REDIS = '/usr/bin/redis-server';
/** Debian keeps each version of PostgreSQL in a folder of its own. */
const POSTGRES = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; Debian's package brings this user. */
const POSTGRES_USER = 'postgres';
/** How long a server may take to answer after its start, in milliseconds. */
const START_TIMEOUT = 60_000;

export interface Servers {
	/** What n8n is told to find them. */
	environment: NodeJS.ProcessEnv;
	/** Ends both and removes everything they kept. */
	close(): Promise<void>;
}

export async function startServers(progress: Progress): Promise<Servers> {
	await installServers(progress);
	progress('Starting Redis and PostgreSQL');
	const folder = await mkdtemp(path.join(tmpdir(), 'queue-servers-'));
	removeAtEnd(folder);
	const started: ChildProcess[] = [];
	const close = async (): Promise<void> => {
		await Promise.all(started.map(end));
		await rm(folder, { recursive: true, force: true });
		isRemoved(folder);
	};
	try {
		const redis = await startRedis(folder, started);
		const postgres = await startPostgres(folder, started);
		return { environment: { ...redis, ...postgres }, close };
	} catch (error) {
		await close();
		throw error;
	}
}

function postgresBin(): string | null {
	const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).sort().reverse() : [];
	const bins = versions.map((version) => path.join(POSTGRES, version, 'bin'));
	return bins.find((bin) => existsSync(path.join(bin, 'initdb'))) ?? null;
}

async function installServers(progress: Progress): Promise<void> {
	const missing = [
		...(existsSync(REDIS) ? [] : ['redis-server']),
		...(postgresBin() === null ? ['postgresql'] : []),
	];
	if (missing.length === 0) return;
	progress(`Installing ${missing.join(' and ')} with apt-get`);
	const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
	// A runlevel of 1 keeps Debian from starting what it installs: the services are not needed.
	const quiet = ['env', 'RUNLEVEL=1', 'DEBIAN_FRONTEND=noninteractive'];
	for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]]) {
		const [command, ...rest] = [...sudo, ...quiet, 'apt-get', ...args];
		await run(command, rest, { maxBuffer: 1e8 });
	}
}

async function startRedis(folder: string, started: ChildProcess[]): Promise<NodeJS.ProcessEnv> {
	const port = await freePort();
	const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
	started.push(start(REDIS, [...where, '--save', '', '--appendonly', 'no']));
	await until('Redis', async () => {
		const { stdout } = await run('redis-cli', ['-p', String(port), 'ping']);
		return stdout.trim() === 'PONG';
	});
	return { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) };
}

async function startPostgres(folder: string, started: ChildProcess[]): Promise<NodeJS.ProcessEnv> {
	const bin = postgresBin();
	if (bin === null) throw new Error('PostgreSQL was installed and is not where Debian keeps it');
	const port = await freePort();
	const home = path.join(folder, 'postgres');
	const data = path.join(home, 'data');
	await mkdir(home);
	const who = await postgresUser();
	if (who !== null) {
		await chown(home, who.uid, who.gid);
		// The way there must be open to that user too.
		await run('chmod', ['755', folder]);
	}
	const as = { cwd: home, ...who };
	const superuser = ['--username', 'n8n', '--auth', 'trust', '--encoding', 'UTF8'];
	await run(
		path.join(bin, 'initdb'),
		['--pgdata', data, ...superuser, '--locale', 'C', '--no-sync'],
		as,
	);
	const where = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', home];
	started.push(start(path.join(bin, 'postgres'), [...where, '-c', 'fsync=off'], as));
	await until('PostgreSQL', async () => {
		await run(path.join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]);
		return true;
	});
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_DATABASE: 'postgres',
		DB_POSTGRESDB_USER: 'n8n',
		DB_POSTGRESDB_PASSWORD: 'any, it trusts loopback',
	};
}

/** Who PostgreSQL runs as when root starts it; null for everyone else, who may run it themselves. */
async function postgresUser(): Promise<{ uid: number; gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const [uid, gid] = await Promise.all(
		['-u', '-g'].map(async (what) => (await run('id', [what, POSTGRES_USER])).stdout),
	);
	return { uid: Number(uid), gid: Number(gid) };
}

async function until(name: string, isUp: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + START_TIMEOUT;
	while (!(await isUp().catch(() => false))) {
		if (Date.now() > deadline) throw new Error(`${name} did not start`);
		await wait(100);
	}
}

/** SIGINT is a quick and orderly end for both. */
async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGINT');
	await gone;
}
