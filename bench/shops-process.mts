/**
 * Runs the sandbox in its own process, so that its CPU time is not counted as a contestant's; see shops.mts.
 */
import { Sandbox } from '../sandbox/sandbox.mts';
import { startSandbox } from '../sandbox/server.mts';
import type { Call, Scene, Tally } from './shops.mts';
import { products } from './rows.mts';

/** The sandbox uses its client's clock: each request carries the time. */
let latest = Date.now();
const sandbox = new Sandbox({ now: () => latest });
const handle = sandbox.handle.bind(sandbox);
sandbox.handle = async (name, request, wait) => {
	latest = Math.max(latest, Number(request.headers['x-fast-clock']));
	return await handle(name, request, wait);
};
const { url, close } = await startSandbox(0, sandbox);

let tally: Tally = nothing();

function nothing(): Tally {
	return { requests: 0, limited: 0, faults: 0, kinds: {}, firstAt: 0, lastAt: 0 };
}

sandbox.log.listen(({ at, method, path, status, fault }) => {
	if (fault !== null) tally.faults += 1;
	// Requests inside a batch are sent by Ecwid itself.
	if (path.startsWith('batch ')) return;
	tally.requests += 1;
	if (status === 429) tally.limited += 1;
	const kind = `${method} ${path.replace(/^\/(v2|v4|api\/v3\/\d+)/, '').replace(/\/(\d+|[0-9a-f]{24})(?=\/|$)/g, '/…')}`;
	tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1;
	tally.firstAt ||= Date.parse(at);
	tally.lastAt = Date.parse(at);
});

function set({ service, products: count, limit, faults, keepStock }: Scene): void {
	if (!keepStock) {
		// The new stock is newer than what was written to the old.
		latest += 60_000;
		sandbox.reset();
		sandbox.seed({ products: products(count) });
	}
	sandbox.faults.clear();
	sandbox.limit(service, limit);
	sandbox.faults.add(faults);
	sandbox.log.clear();
	tally = nothing();
}

const answers: { [Name in Call['call']]: (call: Extract<Call, { call: Name }>) => unknown } = {
	url: () => url,
	set: ({ scene }) => {
		set(scene);
		return sandbox.stock()[scene.service];
	},
	stock: ({ service }) => sandbox.stock()[service],
	tally: () => tally,
	now: () => latest,
};

process.on('message', ({ id, call }: { id: number; call: Call }) => {
	const answer = answers[call.call] as (call: Call) => unknown;
	process.send?.({ id, answer: answer(call) });
});
process.on('disconnect', () => void close().then(() => process.exit()));
process.send?.({ id: 0, answer: url });
