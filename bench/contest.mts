/**
 * Runs one cell: sets the scene, runs the contestant, and measures.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ECWID_TOKEN } from '../sandbox/ecwid/ecwid.mts';
import { ROOTFI_KEY } from '../sandbox/rootfi/rootfi.mts';
import type { ServiceName } from '../sandbox/sandbox.mts';
import type { Stocked } from '../sandbox/service.mts';
import { WEBFLOW_TOKEN } from '../sandbox/webflow/webflow.mts';
import type { Progress } from '../test/host/install.mts';
import { sandboxCredentials } from '../test/support/credentials.mts';
import { faultsOf, idOf, isWatched, type Cell } from './cells.mts';
import { FastClock } from './clock.mts';
import { httpRequestSteps, type Account } from './contestants/http-request.mts';
import { packageSteps } from './contestants/package.mts';
import { installSdk, runSdk } from './contestants/sdk.mts';
import { Host, type Published, type Step } from './host.mts';
import { cpuOf, median } from './measure.mts';
import { Probe, type Held } from './probe.mts';
import { countsOf, NOT_DONE, reportsOf, skusOf, type Report } from './reports.mts';
import { expectedLevels, rowsFor, wrongLevels, type Row } from './rows.mts';
import { Shops, type Tally } from './shops.mts';
import { SERVICES } from '../test/support/services.mts';

export interface Measured {
	/** Milliseconds on the clock that the rate limits use. */
	wall: number;
	requests: number;
	limited: number;
	/** Answers that were lost. */
	faults: number;
	kinds: Tally['kinds'];
	/** Requests divided by the documented rate, in milliseconds. */
	floor: number;
	/** Items whose level differs from what was reported, and the sum of the differences in units. */
	wrong: number;
	units: number;
	/** Milliseconds of processor time, without what n8n needs to hand rows to a node that does nothing. */
	cpu: number;
	/**
	 * Peak memory during the run, in bytes above that before it, sampled after garbage collection; for a script, its peak in
	 * all. Null if it was not sampled.
	 */
	held: number | null;
	/** The same after the run; for a run of several hours, the growth extrapolated to a day. */
	kept: number;
	/** The longest time for which n8n's event loop was blocked, in milliseconds. */
	longest: number;
	/** Bytes n8n wrote to the key memory of the step; 0 if the memory was not filled first. */
	written: number;
	/** Results of this package by status. */
	statuses: Record<string, number>;
	/** How the execution ended. */
	ended: string;
}

/** What the shops recorded of a run. */
type Outcome = Pick<
	Measured,
	'wall' | 'requests' | 'limited' | 'faults' | 'kinds' | 'floor' | 'wrong' | 'units'
>;

/** Milliseconds between two runs, after which no limit, cache or memory of the first affects the second. */
const LATER = 20 * 60_000;

/** Milliseconds between the rounds of a run of several hours, and the number of rounds in a day. */
const ROUND = 5 * 60_000;
const ROUNDS_A_DAY = (24 * 60 * 60_000) / ROUND;

/** Order lines sent in one execution each, and how many of these run at the same time. */
const LINES = 200;
const AT_ONCE = 10;

const HEADERS: Record<ServiceName, [name: string, value: string]> = {
	webflow: ['Authorization', `Bearer ${WEBFLOW_TOKEN}`],
	ecwid: ['Authorization', `Bearer ${ECWID_TOKEN}`],
	rootfi: ['api_key', ROOTFI_KEY],
};

const BASES: Record<ServiceName, string> = {
	webflow: '/webflow',
	ecwid: '/ecwid',
	rootfi: '/rootfi/v4',
};

export class Contest {
	private readonly credentials: Record<string, string> = {};
	private readonly accounts = {} as Record<ServiceName, Account>;
	/** CPU milliseconds that n8n needs to hand this many rows to a node that does nothing. */
	private readonly idle = new Map<number, number>();
	private count = 0;

	private constructor(
		private readonly shops: Shops,
		private readonly host: Host,
		/** The SDK's folder, and one for temporary files. */
		private readonly folders: { sdk: string; own: string },
	) {}

	static async open(progress: Progress): Promise<Contest> {
		const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
		const clock = new FastClock(path.join(folder, 'clock.json'));
		const sdk = await installSdk(progress);
		const shops = await Shops.open();
		const probe = new Probe(path.join(folder, 'held.json'));
		const host = await Host.open(clock, probe, progress);
		const contest = new Contest(shops, host, { sdk, own: folder });
		await contest.createCredentials();
		return contest;
	}

	private async createCredentials(): Promise<void> {
		const { n8n } = this.host;
		for (const [type, data] of Object.entries(sandboxCredentials(this.shops.url))) {
			this.credentials[type] = await n8n.createCredential(type, type, data);
		}
		for (const service of SERVICES) {
			const [name, value] = HEADERS[service];
			const credential = await n8n.createCredential(service, 'httpHeaderAuth', { name, value });
			this.accounts[service] = { baseUrl: `${this.shops.url}${BASES[service]}`, credential };
		}
	}

	async close(): Promise<void> {
		await this.host.n8n.remove();
		this.shops.close();
		await rm(this.folders.own, { recursive: true, force: true });
	}

	async run(cell: Cell): Promise<Measured> {
		return cell.contestant === 'sdk' ? await this.runSdk(cell) : await this.runSteps(cell);
	}

	private async runSdk(cell: Cell): Promise<Measured> {
		const { stock, rows } = await this.scene(cell);
		const at = (await this.shops.now()) + LATER;
		const { wall, cpu, peak, failed } = await runSdk(
			{ baseUrl: this.shops.url, operation: cell.operation, rows },
			this.folders,
			at,
		);
		const ended = failed === 0 ? 'success' : `${failed} failed`;
		const outcome = await this.outcome(cell, stock, rows);
		const unknown = { kept: 0, longest: 0, written: 0, statuses: {} };
		return { ...outcome, ...unknown, wall, cpu, held: peak, ended };
	}

	private async runSteps(cell: Cell): Promise<Measured> {
		const idle = await this.idleCpu(cell.oneByOne ? 1 : cell.rows);
		const published = await this.host.publish(idOf(cell), this.stepsOf(cell));
		const { pid } = this.host.n8n;
		if (cell.second) await this.evening(cell, published);
		if (cell.fullMemory) await published.fillKeys();
		const growth = cell.rounds === undefined ? null : await this.rounds(cell, published);
		const { stock, rows: all } = await this.scene(cell, cell.second);
		const rows = cell.oneByOne
			? all.map((row, n) => (n < LINES ? row : { ...row, amount: 0 }))
			: all;
		const from = cell.second ? 0 : (await this.shops.now()) + LATER;
		await this.host.clock.tell(pid, { leaping: true, from });
		const rested = await this.host.probe.look(pid);
		const written = cell.fullMemory ? await published.keyBytesWritten() : 0;
		const cpu = cpuOf(pid);
		const run = cell.oneByOne
			? this.sendEach(published, rows.slice(0, LINES))
			: published.send(rows);
		const every = cell.rows > 1_000 ? 1_000 : 100;
		const looks = isWatched(cell) ? await this.host.probe.watch(pid, run, every) : [];
		await run;
		const used = cpuOf(pid) - cpu - ((looks.at(-1) ?? rested).spent - rested.spent);
		await this.host.clock.tell(pid, { leaping: false });
		const ended = await this.host.probe.look(pid);
		const execution = await published.last();
		const reports = reportsOf(execution);
		const outcome = await this.outcome(cell, stock, rows, reports);
		await published.remove();
		const most = Math.max(...looks.map(({ inUse }) => inUse), ended.inUse) - rested.inUse;
		return {
			...outcome,
			wall: cell.oneByOne ? outcome.wall : published.wall(execution),
			cpu: Math.max(used - idle * (cell.oneByOne ? LINES : 1), 0),
			held: isWatched(cell) ? most : null,
			kept: growth ?? ended.inUse - rested.inUse,
			longest: Math.max(...[...looks, ended].map(({ longest }) => longest)),
			written: cell.fullMemory ? (await published.keyBytesWritten()) - written : 0,
			statuses: countsOf(reports),
			ended: execution.status,
		};
	}

	/** Runs for several hours. Returns the growth of memory in a day, in bytes, extrapolated from the second half. */
	private async rounds(cell: Cell, published: Published): Promise<number> {
		const { pid } = this.host.n8n;
		const { rounds = 0 } = cell;
		const looks: Held[] = [];
		for (let n = 0; n < rounds; n += 1) {
			if (n === rounds / 2) looks.push(await this.host.probe.look(pid));
			const { rows } = await this.scene(cell);
			await this.host.clock.tell(pid, { leaping: true, from: (await this.shops.now()) + ROUND });
			await published.send(rows);
			await this.host.clock.tell(pid, { leaping: false });
		}
		looks.push(await this.host.probe.look(pid));
		const [half, whole] = looks.map(({ inUse }) => inUse);
		return ((whole - half) / (rounds / 2)) * ROUNDS_A_DAY;
	}

	/** The run of the evening before, which reads every level and writes none. */
	private async evening(cell: Cell, published: Published): Promise<void> {
		const { rows } = await this.scene({ ...cell, share: 0 });
		const from = (await this.shops.now()) + LATER;
		await this.host.clock.tell(this.host.n8n.pid, { leaping: true, from });
		await published.send(rows);
		await this.host.clock.tell(this.host.n8n.pid, { leaping: false });
	}

	private async sendEach(published: Published, rows: Row[]): Promise<void> {
		const [first, ...others] = rows;
		await published.send([first]);
		for (let n = 0; n < others.length; n += AT_ONCE) {
			await Promise.all(
				others.slice(n, n + AT_ONCE).map(async (row) => await published.send([row])),
			);
		}
	}

	private async scene(cell: Cell, keepStock = false): Promise<{ stock: Stocked[]; rows: Row[] }> {
		const { service, operation, share, limit } = cell;
		const faults = faultsOf(cell);
		const products = cell.rows;
		const stock = await this.shops.set({ service, products, limit, faults, keepStock });
		this.count += 1;
		return { stock, rows: rowsFor(stock, operation, share, `run ${this.count}`) };
	}

	private async outcome(
		{ service, operation, limit }: Cell,
		stock: Stocked[],
		rows: Row[],
		reports: Report[] = [],
	): Promise<Outcome> {
		const { requests, limited, faults, kinds, firstAt, lastAt } = await this.shops.tally();
		const after = await this.shops.stock(service);
		const expected = expectedLevels(stock, rows, operation, skusOf(reports, NOT_DONE));
		const { items, units } = wrongLevels(expected, after, skusOf(reports, ['unknown']));
		const floor = (requests / limit.requests) * limit.windowMs;
		return {
			wall: lastAt - firstAt,
			requests,
			limited,
			faults,
			kinds,
			floor,
			wrong: items,
			units,
		};
	}

	private stepsOf({ contestant, service, operation, settings, limit, recovery }: Cell): Step[] {
		return contestant === 'package'
			? packageSteps(service, operation, this.credentials, settings)
			: httpRequestSteps(service, operation, { ...this.accounts[service], limit }, recovery);
	}

	/** CPU milliseconds that n8n needs to take these rows and hand them to a node that does nothing. */
	private async idleCpu(rows: number): Promise<number> {
		const known = this.idle.get(rows);
		if (known !== undefined) return known;
		const nothing: Step = {
			name: 'Nothing',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			parameters: {},
		};
		const published = await this.host.publish(`nothing with ${rows}`, [nothing]);
		const stock = await this.shops.set({
			service: 'rootfi',
			products: rows,
			limit: {},
			faults: [],
		});
		const { pid } = this.host.n8n;
		const used: number[] = [];
		for (let n = 0; n < 5; n += 1) {
			const before = cpuOf(pid);
			await published.send(rowsFor(stock, 'set', 1, 'nothing'));
			used.push(cpuOf(pid) - before);
		}
		await published.remove();
		this.idle.set(rows, median(used));
		return median(used);
	}
}
