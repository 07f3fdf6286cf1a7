/**
 * `npm run dev`: n8n with the nodes in it and the three pretend shops beside it. Every change of the sources is compiled
 * into that n8n, which then starts again with it.
 *
 * `n8n-node dev` does the same with the newest n8n there is; this is the n8n that the tests run on, so that it works
 * whatever was released today (n8n issues 28539, 33582).
 */
import path from 'node:path';
import { startSandbox } from '../sandbox/server.mts';
import { N8n, OWNER } from '../test/host/n8n.mts';
import { listenOn, portOr } from '../test/host/ports.mts';
import { sandboxCredentials } from '../test/support/credentials.mts';
import { start } from './processes.mjs';
import { ROOT } from './ready.mjs';

const SANDBOX_PORT = 4010;
const EDITOR_PORT = 5678;
const COMPILED = /Found 0 errors/;

const sandbox = await listenOn(startSandbox, SANDBOX_PORT);
const n8n = await N8n.start(console.log, await portOr(EDITOR_PORT));
for (const [type, data] of Object.entries(sandboxCredentials(sandbox.url))) {
	await n8n.createCredential(`Sandbox: ${type}`, type, data);
}

const compiler = start(process.execPath, [
	path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
	...['--project', ROOT, '--outDir', path.join(n8n.packageFolder, 'dist')],
	...['--watch', '--preserveWatchOutput'],
]);
/** The first time it compiles what is in n8n already. */
let isFirst = true;
let restarted = Promise.resolve();
compiler.stdout?.on('data', (text: Buffer) => {
	process.stdout.write(text);
	if (!COMPILED.test(String(text))) return;
	if (!isFirst) restarted = restarted.then(restart);
	isFirst = false;
});

async function restart(): Promise<void> {
	try {
		await n8n.down();
		await n8n.up();
		console.log('n8n has started again with the change: reload the editor');
	} catch (error) {
		console.error(error, '\nn8n is tried again after the next change');
	}
}

console.log(`Editor: ${n8n.url}  (${OWNER.email}, ${OWNER.password})
Shops:  ${sandbox.url}
Both stay until Ctrl+C`);
