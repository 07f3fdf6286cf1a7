/** The README's first command, as a newcomer runs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../../tools/ready.mjs';
import { OMITTED } from './lines.mts';

test('npm run demo -- --once moves the stock of three shops and finds every level right', async () => {
	const child = spawn('npm', ['run', 'demo', '--', '--once'], { cwd: ROOT });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
	const code = await new Promise((resolve) => child.once('close', resolve));
	expect(output).toContain('Stock-take: before → after (expected)');
	expect(output).toContain('Orders: before → after (expected)');
	const playbooks = OMITTED.tablesOnTheWay ? 2 : 3;
	expect(output.match(/Every level is as expected\./g)).toHaveLength(playbooks);
	expect(output).not.toContain('WRONG');
	expect(output).toContain('382 rows through, 18 for a person');
	if (playbooks === 3) {
		expect(output).toContain('Supplier feed: before → after (expected)');
		expect(output).toMatch(/In the chat: Supplier 1: 2 to check\n +84879, .*next week/);
	}
	expect(code).toBe(0);
});

async function answers(url: string): Promise<boolean> {
	try {
		await fetch(url);
		return true;
	} catch {
		return false;
	}
}

test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
	'a demo whose npm is ended by %s leaves neither n8n nor the shops nor a folder behind',
	async (signal) => {
		const temporary = mkdtempSync(path.join(tmpdir(), 'demo-'));
		/** What n8n keeps: its database, the installed package. */
		const homes = (): string[] =>
			readdirSync(temporary).filter((name) => name.startsWith('n8n-home-'));
		const env = { ...process.env, TMPDIR: temporary };
		const npm = spawn('npm', ['run', 'demo'], { cwd: ROOT, env });
		let output = '';
		const urls = await new Promise<string[]>((resolve, reject) => {
			for (const stream of [npm.stdout, npm.stderr]) {
				stream.on('data', (text) => {
					output += text;
					const [, editor, stock] =
						/Editor: +(\S+)[^]*Stock: +(\S+)/.exec(output) ?? ([] as string[]);
					if (stock !== undefined) resolve([editor, stock]);
				});
			}
			npm.once('exit', () => reject(new Error(output)));
		});
		expect(homes()).toHaveLength(1);
		expect(await Promise.all(urls.map(answers))).toStrictEqual([true, true]);

		npm.kill(signal);

		const left = async (): Promise<string[]> => {
			const open = await Promise.all(urls.map(async (url) => ((await answers(url)) ? [url] : [])));
			return [...open.flat(), ...homes()];
		};
		for (let tries = 0; tries < 60 && (await left()).length > 0; tries += 1) await wait(500);
		expect(await left()).toStrictEqual([]);
		rmSync(temporary, { recursive: true });
	},
);
