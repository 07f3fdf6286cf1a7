/**
 * The targets, as ratios within one run of the benchmark.
 */
import {
	BLIND_FIXED,
	BLIND_SLIDING,
	cell,
	FAULTS,
	DAY,
	KEY_MEMORY,
	KEYED,
	ORDER_LINES,
	REMEMBERED,
	type Cell,
} from './cells.mts';
import type { Measured } from './contest.mts';
import type { Results } from './results.mts';
import { CONTESTANTS, megabytes, ratio } from './labels.mts';
import { LABELS, SERVICES } from '../test/support/services.mts';

export interface Bar {
	passed: boolean;
	what: string;
	bar: string;
	measured: string;
}

/** The result of a target whose cells were not measured. */
export const NOTHING = 'not measured';

/** The number of requests whose method and path begin with this. */
function count({ kinds }: Measured, begin: string): number {
	return Object.entries(kinds)
		.filter(([kind]) => kind.startsWith(begin))
		.reduce((sum, [, requests]) => sum + requests, 0);
}

/** Pages in a list of 1,000 items, a hundred each. */
const PAGES = 10;

/** A quarter of what three rewrites of 60,000 tokens for each row cost: 4.9 MB and 165 ms. */
const FULL_MEMORY =
	'a row writes ≤ 1.22 MB of keys and costs ≤ 41 ms more than with an empty memory; n8n stands still ≤ 50 ms longer';

export function bars(results: Results): Bar[] {
	const made: Bar[] = [];
	const add = (
		cells: Cell[],
		what: string,
		bar: string,
		judge: (...measured: Measured[]) => { passed: boolean; measured: string },
	): void => {
		const found = cells.map((one) => results.of(one)?.measured);
		const known = found.filter((one) => one !== undefined);
		const verdict =
			known.length < cells.length ? { passed: false, measured: NOTHING } : judge(...known);
		made.push({ what, bar, ...verdict });
	};

	for (const blind of [BLIND_FIXED, BLIND_SLIDING]) {
		add([blind], `Webflow, 1,000 sets, ${blind.note}`, 'time ≤ 1.05 × floor, no 429', (one) => {
			const pace = one.wall / one.floor;
			return {
				passed: pace <= 1.05 && one.limited === 0 && one.wrong === 0,
				measured: `${pace.toFixed(3)}, ${one.limited} × 429`,
			};
		});
	}
	add(
		[REMEMBERED],
		'Webflow, 1,000 sets, 5 % changed, levels remembered',
		'≤ 60 requests',
		(one) => ({
			passed: one.requests <= 60 && one.wrong === 0,
			measured: `${one.requests} requests`,
		}),
	);
	add(
		[ORDER_LINES],
		'Webflow, 200 executions of one order line',
		'≤ 3 requests a line, and 1 to find its item',
		(one) => {
			const lookUps = count(one, 'GET /sites');
			return {
				passed: one.requests - lookUps <= 600 && lookUps <= 200 && one.wrong === 0,
				measured: `${one.requests - lookUps} + ${lookUps}`,
			};
		},
	);
	const ecwidSets = cell('package', 'ecwid', ['set', 0.05]);
	add(
		[ecwidSets],
		'Ecwid, 1,000 sets, 5 % changed',
		'≤ 10 pages + 1 batch + its polls',
		pagesAndBatches(1),
	);
	add(
		[ecwidSets, cell('httpRequest', 'ecwid', ['set', 1])],
		'Ecwid, 1,000 sets, 5 % changed',
		'≥ 10 × faster than HTTP Request',
		(one, rival) => ({
			passed: rival.wall / one.wall >= 10,
			measured: `${(rival.wall / one.wall).toFixed(1)} ×`,
		}),
	);
	add(
		[KEYED],
		'Ecwid, 1,000 deltas with keys',
		'≤ 10 pages + 2 batches + their polls',
		pagesAndBatches(2),
	);
	add(
		[KEYED, cell('httpRequest', 'ecwid', ['delta', 1])],
		'Ecwid, 1,000 deltas with keys',
		'CPU below HTTP Request’s',
		(one, rival) => ({
			passed: one.cpu < rival.cpu,
			measured: ratio(one.cpu / rival.cpu),
		}),
	);
	for (const { empty, full } of KEY_MEMORY) {
		add([full, empty], `Webflow, ${full.note}`, FULL_MEMORY, (one, other) => {
			const { rows } = full;
			const written = one.written / rows;
			const cpu = (one.cpu - other.cpu) / rows;
			const longest = Math.max(one.longest - other.longest, 0);
			return {
				passed: written <= 1.22e6 && cpu <= 41 && longest <= 50 && one.wrong === 0,
				measured: `${(written / 1e6).toFixed(2)} MB, ${cpu.toFixed(0)} ms, ${longest.toFixed(0)} ms`,
			};
		});
	}
	add([DAY], `Ecwid, 1,000 sets every five minutes, a day`, '≤ 20 MB kept', (one) => ({
		passed: one.kept <= 20e6 && one.wrong === 0,
		measured: `${megabytes(one.kept)} MB`,
	}));
	for (const share of [0.05, 1] as const) {
		const limit = PAGES + 2 * 1_000 * share;
		add(
			[cell('package', 'rootfi', ['delta', share])],
			`RootFi, 1,000 deltas, ${share * 100} % changed`,
			`≤ ${limit} requests, no 429`,
			(one) => ({
				passed: one.requests <= limit && one.limited === 0 && one.wrong === 0,
				measured: `${one.requests} requests, ${one.limited} × 429`,
			}),
		);
	}
	for (const service of SERVICES) {
		const small = cell('package', service, ['set', 0.05]);
		add(
			[small, { ...small, rows: 10_000 }],
			`${LABELS[service]}, 10,000 against 1,000 sets, 5 % changed`,
			'≤ 11 × time and CPU',
			(one, ten) => ({
				passed: ten.wall <= 11 * one.wall && ten.cpu <= 11 * one.cpu,
				measured: `${ratio(ten.wall / one.wall)} × time, ${ratio(ten.cpu / one.cpu)} × CPU`,
			}),
		);
		add(
			[small, { ...small, rows: 10_000 }],
			`${LABELS[service]}, 10,000 against 1,000 sets, memory`,
			'≤ 11 × held, ≤ 1.5 kB kept an item',
			(one, ten) => ({
				passed: (ten.held ?? 0) <= 11 * (one.held ?? 0) && ten.kept <= 15e6,
				measured: `${ratio((ten.held ?? 0) / (one.held ?? 0))} × held, ${megabytes(ten.kept)} MB kept`,
			}),
		);
	}
	for (const service of ['ecwid', 'rootfi'] as const) {
		add(
			[cell('package', service, ['set', 0]), cell('httpRequest', service, ['set', 1])],
			`${LABELS[service]}, CPU per row, nothing changed`,
			'≤ 1/5 of HTTP Request',
			(one, rival) => ({
				passed: one.cpu <= rival.cpu / 5,
				measured: `${(one.cpu / rival.cpu).toFixed(2)}`,
			}),
		);
	}
	for (const one of FAULTS.filter(({ contestant }) => contestant === 'package')) {
		const others = FAULTS.filter(
			({ contestant, service, operation }) =>
				contestant !== 'package' && service === one.service && operation === one.operation,
		);
		add(
			[one, ...others],
			`${LABELS[one.service]}, 1,000 ${one.operation}s, one answer in 100 lost, ${one.note}`,
			'0 levels wrong',
			({ wrong, faults, statuses }, ...rivals) => ({
				passed: wrong === 0 && faults > 0,
				measured: [
					`${wrong} wrong, ${statuses.unknown ?? 0} unknown`,
					...rivals.map((rival, n) => {
						const { contestant, note } = others[n];
						return `${CONTESTANTS[contestant]} (${note}) ${rival.wrong} wrong`;
					}),
				].join('; '),
			}),
		);
	}
	return made;
}

function pagesAndBatches(
	batches: number,
): (one: Measured) => { passed: boolean; measured: string } {
	return (one) => {
		const pages = count(one, 'GET /products');
		const sent = count(one, 'POST /batch');
		const polls = count(one, 'GET /batch');
		const others = one.requests - pages - sent - polls;
		return {
			passed: pages <= PAGES && sent <= batches && others === 0 && one.wrong === 0,
			measured: `${pages} pages, ${sent} batches, ${polls} polls, ${others} others`,
		};
	};
}
