/**
 * What is measured: who does what to how many rows.
 */
import type { Fault } from '../sandbox/faults.mts';
import { DOCUMENTED_LIMITS, type Limit } from '../sandbox/limits.mts';
import type { ServiceName } from '../sandbox/sandbox.mts';
import type { Settings } from './contestants/package.mts';
import type { Recovery } from './contestants/http-request.mts';
import type { Operation, Share } from './rows.mts';
import { SERVICES } from '../test/support/services.mts';

export type Contestant = 'package' | 'httpRequest' | 'sdk';

export interface Cell {
	contestant: Contestant;
	service: ServiceName;
	operation: Operation;
	/** The share of the rows that change something. */
	share: Share;
	rows: number;
	limit: Limit;
	/** One write in this many is applied but answered with 502; none by default. */
	faultEvery?: number;
	/** Settings of this package's node. */
	settings?: Settings;
	/** How the HTTP Request node recovers from errors. */
	recovery?: Recovery;
	/** First runs once over the same stock, like the evening before. */
	second?: boolean;
	/** Sends each row in its own execution, like incoming orders. */
	oneByOne?: boolean;
	/** The key memory holds the keys of 20,000 earlier rows. */
	fullMemory?: boolean;
	/** How many times it runs, five minutes apart, with new levels each time. */
	rounds?: number;
	/** What is special about this cell, in words. */
	note?: string;
}

export const OPERATIONS: Operation[] = ['set', 'delta'];
export const SHARES: Share[] = [0, 0.05, 1];

/** A cell at the service's own limit. `share` is the share of the rows that changes something. */
export function cell(
	contestant: Contestant,
	service: ServiceName,
	[operation, share]: [Operation, Share],
	rest: Partial<Cell> = {},
): Cell {
	const limit: Limit = DOCUMENTED_LIMITS[service];
	return { contestant, service, operation, share, rows: 1_000, limit, ...rest };
}

/** A name for a cell, the same in every run of the benchmark. */
export function idOf({ contestant, service, operation, share, rows, note }: Cell): string {
	return [contestant, service, operation, `${share * 100} %`, rows, note ?? ''].join(' ').trim();
}

/**
 * Contestants that write without reading send the same requests whatever has changed, so they are measured once.
 */
export const MATRIX: Cell[] = SERVICES.flatMap((service) =>
	OPERATIONS.flatMap((operation) => [
		...SHARES.map((share) => cell('package', service, [operation, share])),
		cell('httpRequest', service, [operation, 1]),
		...(service === 'webflow' ? [cell('sdk', service, [operation, 1])] : []),
	]),
);

/**
 * Ten times as many rows, with few changes, like a nightly stock-take. The HTTP Request node takes ten times as long, so it
 * is measured once.
 */
export const LARGE: Cell[] = [
	...SERVICES.map((service) => cell('package', service, ['set', 0.05], { rows: 10_000 })),
	cell('httpRequest', 'ecwid', ['set', 1], { rows: 10_000 }),
];

/** The settings of a careful person: the node is retried, and bad rows do not stop the others. */
const RETRY = {
	node: {
		retryOnFail: true,
		maxTries: 3,
		waitBetweenTries: 5_000,
		onError: 'continueRegularOutput',
	},
};

/** One answer in a hundred is lost. */
export const FAULTS: Cell[] = SERVICES.flatMap((service) =>
	OPERATIONS.flatMap((operation) => {
		const lost = (contestant: Contestant, note: string, rest: Partial<Cell> = {}): Cell =>
			cell(contestant, service, [operation, 1], { faultEvery: 100, note, ...rest });
		const isDelta = operation === 'delta';
		return [
			lost('package', 'Retry On Fail', { settings: RETRY }),
			...(isDelta && service === 'ecwid'
				? [lost('package', 'Retry On Fail, with keys', { settings: { ...RETRY, keys: true } })]
				: []),
			lost('httpRequest', 'failed rows sent again', { recovery: 'errorsAgain' }),
			...(isDelta ? [lost('httpRequest', 'Retry On Fail', { recovery: 'retryOnFail' })] : []),
			...(service === 'webflow' ? [lost('sdk', 'its own retries')] : []),
		];
	}),
);

const BLIND = { settings: { options: { checkFirst: false } } };

export const BLIND_FIXED = cell('package', 'webflow', ['set', 1], {
	...BLIND,
	note: 'Check First off, fixed windows',
});
export const BLIND_SLIDING = cell('package', 'webflow', ['set', 1], {
	...BLIND,
	limit: { ...DOCUMENTED_LIMITS.webflow, kind: 'sliding' },
	note: 'Check First off, sliding windows',
});
export const REMEMBERED = cell('package', 'webflow', ['set', 0.05], {
	settings: { options: { trustRememberedMinutes: 24 * 60 } },
	second: true,
	note: 'levels remembered',
});
export const ORDER_LINES = cell('package', 'webflow', ['delta', 1], {
	oneByOne: true,
	note: '200 executions of one order line',
});
export const KEYED = cell('package', 'ecwid', ['delta', 1], {
	settings: { keys: true },
	note: 'with keys',
});

/** Rows with keys, in one run and in one execution each, with an empty key memory and with a full one. */
export const KEY_MEMORY = [{}, { oneByOne: true }].map((way) => {
	const keyed = (note: string, rest: Partial<Cell> = {}): Cell =>
		cell('package', 'webflow', ['delta', 1], {
			rows: 200,
			settings: { keys: true, node: { onError: 'continueRegularOutput' } },
			...way,
			...rest,
			note: way.oneByOne ? `200 executions of one row with a key, ${note}` : `with keys, ${note}`,
		});
	return { empty: keyed('empty memory'), full: keyed('full memory', { fullMemory: true }) };
});
/** Stock that changes all day. */
export const DAY = cell('package', 'ecwid', ['set', 1], {
	rounds: 24,
	note: 'again and again for two hours',
});

export const SPECIAL: Cell[] = [
	BLIND_FIXED,
	BLIND_SLIDING,
	REMEMBERED,
	ORDER_LINES,
	KEYED,
	...KEY_MEMORY.flatMap(({ empty, full }) => [empty, full]),
	DAY,
];

/** Whether memory is sampled during the run. Each sample collects garbage, which takes time, so few cells are. */
export function isWatched({ contestant, operation, share, rows, note }: Cell): boolean {
	if (operation !== 'set' || note !== undefined) return false;
	return rows === 10_000 || (contestant === 'package' && share === 0.05);
}

/** The write requests that a fault applies to, for each service; for Ecwid also those inside a batch. */
const WRITES: Record<ServiceName, Pick<Fault, 'method' | 'path'>> = {
	webflow: { method: 'PATCH', path: '/inventory$' },
	ecwid: { method: 'PUT', path: '/products/\\d+(/inventory)?$' },
	rootfi: { method: 'PUT', path: '/inventories/' },
};

export function faultsOf({ service, rows, faultEvery }: Cell): Fault[] {
	if (faultEvery === undefined) return [];
	return Array.from({ length: Math.floor(rows / faultEvery) }, (_, n) => ({
		platform: service,
		...WRITES[service],
		// A fault does not count requests that an earlier fault has taken.
		skip: (n + 1) * (faultEvery - 1),
		then: { status: 502, body: { message: 'Bad Gateway' } },
	}));
}
