/** The README's first command, as a newcomer runs it. */
import { spawn } from 'node:child_process';
import { ROOT } from '../../tools/ready.mjs';

test('npm run demo -- --once moves the stock of three shops and finds every level right', async () => {
	const child = spawn('npm', ['run', 'demo', '--', '--once'], { cwd: ROOT });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
	const code = await new Promise((resolve) => child.once('close', resolve));
	expect(output).toContain('Stock-take: before → after (expected)');
	expect(output).toContain('Orders: before → after (expected)');
	expect(output.match(/Every level is as expected\./g)).toHaveLength(2);
	expect(output).not.toContain('WRONG');
	expect(output).toContain('382 rows through, 18 for a person');
	expect(code).toBe(0);
});
