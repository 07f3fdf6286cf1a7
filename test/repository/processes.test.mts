/** A process that has started others, and every way in which it may end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../../tools/ready.mjs';

jest.setTimeout(30_000);

const folder = mkdtempSync(path.join(tmpdir(), 'processes-'));
const SCRIPT = path.join(folder, 'main.mjs');
const HELPER = path.join(ROOT, 'tools', 'processes.mjs');
const RUNNER = path.join(folder, 'runner.mjs');

/** Starts a server that starts a helper of its own, says their ids, and ends as its argument says. */
writeFileSync(
	SCRIPT,
	`import { mkdtempSync } from 'node:fs';
	import { tmpdir } from 'node:os';
	import { removeAtEnd, start } from ${JSON.stringify(HELPER)};
	const kept = mkdtempSync(tmpdir() + '/kept-');
	removeAtEnd(kept);
	const server = start(process.execPath, ['-e', \`
		const { spawn } = require('node:child_process');
		const helper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
		console.log(helper.pid);
		setInterval(() => {}, 1000);
	\`]);
	server.stdout.once('data', (text) => {
		console.log(JSON.stringify({ pids: [process.pid, server.pid, Number(text)], kept }));
		const ends = {
			exit: () => process.exit(),
			throw: () => { throw new Error('A bug'); },
			reject: () => { void Promise.reject(new Error('A bug')); },
		};
		setTimeout(() => ends[process.argv[2]]?.(), 200);
	});
	setInterval(() => {}, 1000);`,
);

/** Stands for tools/ready.mjs, without what that installs. */
writeFileSync(
	RUNNER,
	`import { endWithParent, runToEnd } from ${JSON.stringify(HELPER)};
	endWithParent();
	const [command, ...args] = process.argv.slice(2);
	process.exit(await runToEnd(command, args, { stdio: 'inherit' }));`,
);

interface Started {
	child: ChildProcess;
	pids: number[];
	kept: string;
}

async function startMain(command: string, args: string[]): Promise<Started> {
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
	const line = await new Promise<string>((resolve) =>
		child.stdout.once('data', (text) => resolve(String(text))),
	);
	return { child, ...(JSON.parse(line) as Omit<Started, 'child'>) };
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** What is left of it, once nothing is or ten seconds have passed. */
async function leftOf({ pids, kept }: Started): Promise<Array<number | string>> {
	const left = () => [...pids.filter(isAlive), ...[kept].filter((name) => existsSync(name))];
	for (let tries = 0; tries < 100 && left().length > 0; tries += 1) await wait(100);
	return left();
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
	'a process that %s ends takes along what it started',
	async (signal) => {
		const main = await startMain(process.execPath, [SCRIPT]);
		main.child.kill(signal);
		expect(await leftOf(main)).toStrictEqual([]);
	},
);

test.each([
	['exits', 'exit'],
	['throws', 'throw'],
	['leaves a rejection unhandled', 'reject'],
])('a process that %s takes along what it started', async (_, way) => {
	const main = await startMain(process.execPath, [SCRIPT, way]);
	expect(await leftOf(main)).toStrictEqual([]);
});

/** What npm does with a script: a shell runs it, and lasts until it has ended. */
const SHELL = ['-c', '"$0" "$@"; true', process.execPath, RUNNER, process.execPath, SCRIPT];

describe('a command that npm runs ends with everything', () => {
	test('a command that npm runs ends with everything it started when it is told to end', async () => {
		const runner = await startMain(process.execPath, [RUNNER, process.execPath, SCRIPT]);
		runner.child.kill('SIGTERM');
		expect(await leftOf(runner)).toStrictEqual([]);
	});

	test('a command that npm runs ends with everything it started when what runs it is killed', async () => {
		const runner = await startMain(process.execPath, [RUNNER, process.execPath, SCRIPT]);
		runner.child.kill('SIGKILL');
		expect(await leftOf(runner)).toStrictEqual([]);
	});

	test('a command that npm runs ends with everything it started when the shell around it is killed', async () => {
		const shell = await startMain('sh', SHELL);
		shell.child.kill('SIGKILL');
		expect(await leftOf(shell)).toStrictEqual([]);
	});

	test('a command that npm runs ends with everything it started when npm is killed and the shell stays', async () => {
		const npm = `
			const { spawn } = require('node:child_process');
			const env = { ...process.env, npm_lifecycle_event: 'demo' };
			spawn('sh', ${JSON.stringify(SHELL)}, { stdio: 'inherit', env });
			setInterval(() => {}, 1000);`;
		const main = await startMain(process.execPath, ['-e', npm]);
		main.child.kill('SIGKILL');
		expect(await leftOf(main)).toStrictEqual([]);
	});
});
