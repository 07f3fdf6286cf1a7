import { start } from '../../tools/processes.mjs';

/** How often a long step says that it is still at work, in milliseconds. */
const SIGN_OF_LIFE = 10_000;

/**
 * Runs a command that may take minutes; throws the end of its output if it fails.
 * @param tell Is told every ten seconds how many have gone by.
 */
export async function longStep(
	command: string,
	args: string[],
	{ cwd, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv },
	tell: (seconds: number) => void,
): Promise<void> {
	const startedAt = Date.now();
	const seconds = (): number => Math.round((Date.now() - startedAt) / 1_000);
	tell(0);
	const alive = setInterval(() => tell(seconds()), SIGN_OF_LIFE);
	const output: string[] = [];
	try {
		const child = start(command, args, {
			cwd,
			env: { ...process.env, ...env },
			shell: process.platform === 'win32',
		});
		child.stdout?.on('data', (text: Buffer) => output.push(String(text)));
		child.stderr?.on('data', (text: Buffer) => output.push(String(text)));
		const code = await new Promise((resolve, reject) => {
			child.once('error', reject);
			child.once('close', resolve);
		});
		if (code !== 0) {
			const end = output.join('').slice(-4_000);
			throw new Error(`${command} ${args.join(' ')} failed:\n${end}`);
		}
	} finally {
		clearInterval(alive);
	}
}
