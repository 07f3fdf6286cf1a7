/**
 * The results as Markdown.
 */
import { cell, FAULTS, LARGE, MATRIX, OPERATIONS, SHARES, SPECIAL, type Cell } from './cells.mts';
import type { Bar } from './bars.mts';
import { CONTESTANTS, megabytes, ratio } from './labels.mts';
import { LABELS, SERVICES } from '../test/support/services.mts';
import type { Result, Results } from './results.mts';

export function markdownTable(head: string[], rows: string[][]): string {
	const right = head.map(
		(_, column) => rows.length > 0 && rows.every((row) => /^[–\d]/.test(row[column])),
	);
	const widths = head.map((title, column) =>
		Math.max(3, ...[title, ...rows.map((row) => row[column])].map((text) => text.length)),
	);
	const line = (cells: string[]): string =>
		`| ${cells.map((text, n) => (right[n] ? text.padStart(widths[n]) : text.padEnd(widths[n]))).join(' | ')} |`;
	const rule = widths.map(
		(width, n) => '-'.repeat(width - (right[n] ? 1 : 0)) + (right[n] ? ':' : ''),
	);
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const changed = ({ contestant, share }: Cell): string =>
	contestant === 'package' ? `${share * 100} %` : '– ¹';

function present(cells: Cell[], results: Results): Result[] {
	return cells.flatMap((cell) => results.of(cell) ?? []);
}

const HEAD = [
	'Service',
	'Rows',
	'Changed',
	'Who',
	'Time / HTTP Request',
	'Time / floor',
	'Requests',
	'429s',
	'Wrong levels',
	'CPU / HTTP Request',
	'Held (MB)',
	'Kept (MB)',
	'Runs',
];

function row({ cell, measured, runs }: Result, results: Results): string[] {
	const rival = results.rival(cell)?.measured;
	return [
		LABELS[cell.service],
		`${cell.rows} ${cell.operation === 'set' ? 'sets' : 'deltas'}`,
		changed(cell),
		CONTESTANTS[cell.contestant] + (cell.note === undefined ? '' : `, ${cell.note}`),
		rival === undefined || cell.oneByOne ? '–' : ratio(measured.wall / rival.wall),
		ratio(measured.wall / measured.floor),
		String(measured.requests),
		String(measured.limited),
		String(measured.wrong),
		rival === undefined || cell.oneByOne ? '–' : ratio(measured.cpu / rival.cpu),
		measured.held === null ? '–' : megabytes(measured.held),
		megabytes(measured.kept),
		String(runs),
	];
}

const FAULT_HEAD = [
	'Service',
	'Rows',
	'Who',
	'Answers lost',
	'Wrong levels',
	'Units off',
	'Says it does not know',
	'Requests',
];

function faultRow({ cell, measured }: Result): string[] {
	return [
		LABELS[cell.service],
		`${cell.rows} ${cell.operation === 'set' ? 'sets' : 'deltas'}`,
		`${CONTESTANTS[cell.contestant]}, ${cell.note}`,
		String(measured.faults),
		String(measured.wrong),
		String(measured.units),
		cell.contestant === 'package' ? String(measured.statuses.unknown ?? 0) : '–',
		String(measured.requests),
	];
}

/** Everything that was measured. */
export function report(results: Results, bars: Bar[]): string {
	const plain = [...MATRIX, ...LARGE, ...SPECIAL];
	return `# What the benchmark measured

Written by \`npm run bench\`; [docs/benchmark.md](../../docs/benchmark.md) says how, and what it means.

${markdownTable(
	HEAD,
	present(plain, results).map((result) => row(result, results)),
)}

¹ It writes without looking, so it sends the same whatever has changed: measured once, with every row changed.

## One answer in a hundred is lost

A write is applied, and 502 is answered.

${markdownTable(FAULT_HEAD, present(FAULTS, results).map(faultRow))}

## Bars

${markdownTable(
	['', 'What', 'Bar', 'Measured'],
	bars.map(({ passed, what, bar, measured }) => [passed ? 'PASS' : 'FAIL', what, bar, measured]),
)}
`;
}

/** The short table of docs/benchmark.md: time relative to the HTTP Request node, by share of changed rows. */
export function summary(results: Results): string {
	const lines = SERVICES.flatMap((service) =>
		OPERATIONS.map((operation) => [
			`${LABELS[service]}, 1,000 ${operation}s`,
			...SHARES.map((share) => {
				const mine = results.of(cell('package', service, [operation, share]));
				const rival = mine === undefined ? undefined : results.rival(mine.cell);
				return mine === undefined || rival === undefined
					? '–'
					: ratio(mine.measured.wall / rival.measured.wall);
			}),
		]),
	);
	return markdownTable(
		['Time, HTTP Request node = 1', ...SHARES.map((share) => `${share * 100} % changed`)],
		lines,
	);
}
