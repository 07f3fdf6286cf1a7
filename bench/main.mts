/** `npm run bench`: measures everything, writes bench/results and the README's plot, and reports which targets were met. */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bars, NOTHING, type Bar } from './bars.mts';
import { cell, FAULTS, idOf, LARGE, MATRIX, SPECIAL, type Cell } from './cells.mts';
import { Contest, type Measured } from './contest.mts';
import { figure } from './figure.mts';
import { resultOf, Results } from './results.mts';
import { report, summary } from './table.mts';
import { SERVICES } from '../test/support/services.mts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** A cell runs up to MOST_RUNS times, as long as the runs fit into TIME_FOR_RUNS real milliseconds or are short. */
const MOST_RUNS = 3;
const SHORT = 100;
const TIME_FOR_RUNS = 6_000;

const RESULTS = new URL('./results/', import.meta.url);
const PLOT = new URL('../docs/pictures/benchmark.svg', import.meta.url);

const startedAt = Date.now();

function say(what: string): void {
	const seconds = Math.round((Date.now() - startedAt) / 1_000);
	console.log(`${String(seconds).padStart(4)} s  ${what}`);
}

async function measure(contest: Contest, one: Cell): Promise<Measured[]> {
	const runs: Measured[] = [];
	const began = Date.now();
	do {
		runs.push(await contest.run(one));
	} while (
		runs.length < MOST_RUNS &&
		one.rounds === undefined &&
		(runs[0].requests <= SHORT ||
			((Date.now() - began) * (runs.length + 1)) / runs.length < TIME_FOR_RUNS)
	);
	return runs;
}

async function write(results: Results, judged: Bar[]): Promise<void> {
	await mkdir(RESULTS, { recursive: true });
	const json = { results: results.all(), bars: judged };
	await writeFile(new URL('results.json', RESULTS), `${JSON.stringify(json, null, '\t')}\n`);
	await writeFile(new URL('results.md', RESULTS), report(results, judged));
	await writeFile(PLOT, figure(results));
}

const results = new Results();
const contest = await Contest.open(say);
try {
	say('Warming up');
	for (const service of SERVICES) {
		await contest.run(
			cell('package', service, ['set', 0], { rows: service === 'webflow' ? 200 : 1_000 }),
		);
		await contest.run(cell('httpRequest', service, ['set', 1], { rows: 200 }));
	}
	const cells = [...MATRIX, ...SPECIAL, ...LARGE, ...FAULTS];
	for (const one of cells.filter((each) => new RegExp(values.only).test(idOf(each)))) {
		const result = resultOf(one, await measure(contest, one));
		results.add(result);
		const { wall, floor, requests, limited, wrong, cpu, ended } = result.measured;
		say(
			`${result.id}: ${requests} requests, ${(wall / floor).toFixed(2)} × floor, ${limited} × 429, ${wrong} wrong, ${Math.round(cpu)} ms CPU, ${result.runs} runs, ${ended}`,
		);
		// Results so far, in case the benchmark is interrupted.
		if (values.only === '') await write(results, bars(results));
	}
} finally {
	await contest.close();
}
const judged = bars(results);
console.log(`\n${summary(results)}\n`);
for (const { passed, what, bar, measured } of judged.filter((one) => one.measured !== NOTHING)) {
	console.log(`${passed ? 'PASS' : 'FAIL'}  ${what}: ${measured} (${bar})`);
}
say('Done');
