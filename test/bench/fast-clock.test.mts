/** The leaping clock, in a process of its own, as the benchmark uses it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../tools/ready.mjs';

const run = promisify(execFile);
const PRELOAD = path.join(ROOT, 'bench', 'fast-clock.cjs');
const HOUR = 3_600_000;

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'clock-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a script under the clock; answers with what it passed to `tell`, as JSON. */
async function under(script: string, pace: object, environment = {}): Promise<unknown> {
	const file = path.join(folder, 'clock.json');
	writeFileSync(file, JSON.stringify({ from: 0, ...pace }));
	const whole = `const tell = (what) => process.stdout.write(JSON.stringify(what));
		(async () => { ${script} })();`;
	const { stdout } = await run(process.execPath, ['--require', PRELOAD, '-e', whole], {
		env: { ...process.env, ...environment, FAST_CLOCK: file },
		// A clock that does not move leaves nothing running behind.
		timeout: 60_000,
	});
	return JSON.parse(stdout);
}

test('every clock leaps to the moment a timer is due, and none before it', async () => {
	const passed = await under(
		`const at = [Date.now(), performance.now(), process.hrtime()[0]];
		await new Promise((resolve) => setTimeout(resolve, ${24 * HOUR}));
		tell([Date.now() - at[0], performance.now() - at[1], (process.hrtime()[0] - at[2]) * 1000]);`,
		{ leaping: true },
	);
	for (const ms of passed as number[]) {
		expect(ms).toBeGreaterThanOrEqual(24 * HOUR - 1_000);
		expect(ms).toBeLessThan(25 * HOUR);
	}
});

test('timers run in the order they are due, whichever way they were set', async () => {
	const order = await under(
		`const order = [];
		const { setTimeout: wait } = require('node:timers/promises');
		const every = setInterval(() => order.push('every 2 h'), ${2 * HOUR});
		const never = setTimeout(() => order.push('never'), ${HOUR});
		clearTimeout(never);
		wait(${3 * HOUR}).then(() => order.push('3 h'));
		require('node:util').promisify(setTimeout)(${HOUR}).then(() => order.push('1 h'));
		setTimeout(() => { clearInterval(every); tell(order); }, ${5 * HOUR});`,
		{ leaping: true },
	);
	expect(order).toStrictEqual(['1 h', 'every 2 h', '3 h', 'every 2 h']);
});

test('time does not leap while an answer is awaited; the request says what time it is', async () => {
	const heard: number[] = [];
	const server = createServer((request, response) => {
		heard.push(Number(request.headers['x-fast-clock']));
		setTimeout(() => response.end('{}'), 200);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const order = await under(
		`const order = [];
		const url = 'http://127.0.0.1:' + process.env.PORT;
		const timer = setTimeout(() => order.push('timer'), ${HOUR});
		await new Promise((resolve) => require('node:http').get(url, (response) => {
			response.resume().on('end', resolve);
		}));
		order.push('http');
		await fetch(url).then((response) => response.json());
		order.push('fetch');
		setTimeout(() => tell(order), ${2 * HOUR});`,
		{ leaping: true, from: Date.UTC(2100, 0, 1) },
		{ PORT: String(port) },
	);
	await new Promise((resolve) => server.close(resolve));
	expect(order).toStrictEqual(['http', 'fetch', 'timer']);
	expect(heard.map((at) => new Date(at).getUTCFullYear())).toStrictEqual([2100, 2100]);
});

test('a Date is a Date, and a moment that is named is not moved', async () => {
	const facts = await under(
		`class Own extends Date {}
		tell([
			new Date().getUTCFullYear(),
			new Date(0).toISOString(),
			require('node:fs').statSync('.').mtime instanceof Date,
			new Own() instanceof Own,
			typeof Date(),
		]);`,
		{ leaping: false, from: Date.UTC(2100, 5, 1) },
	);
	expect(facts).toStrictEqual([2100, '1970-01-01T00:00:00.000Z', true, true, 'string']);
});

test('without leave to leap, a second is a second', async () => {
	const passed = await under(
		`const at = [Date.now(), process.cpuUsage()];
		let turns = 0;
		const every = setInterval(() => (turns += 1), 20);
		setTimeout(() => { clearInterval(every); tell(turns); }, 200);`,
		{ leaping: false },
	);
	expect(passed).toBeGreaterThan(0);
	expect(passed).toBeLessThanOrEqual(10);
});
