/** What the shops really did with the order lines, set against what the workflow said of them. */
import type { StockMove } from '../../sandbox/http.mts';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import { SERVICES, type Service } from '../host/setup.mts';
import type { Answer } from './fleet.mts';
import type { Line } from './orders.mts';

/** An order line, and every answer to it, in order. */
export interface Sent {
	line: Line;
	answers: Answer[];
}

export interface Verdict {
	/** Lines applied once and reported so. */
	right: number;
	/** Lines of which nobody could say, by what really became of them. */
	unknown: { applied: number; not: number };
	/** Lines reported as certainly not applied, and not applied. */
	refused: number;
	/** What is wrong, in words: a double, a lost line, a wrong status. */
	wrong: string[];
}

/** Listens to every change of stock. */
export class Audit {
	private readonly moves = {} as Record<Service, StockMove[]>;
	private levels = {} as Record<Service, Map<string, number>>;

	constructor(private readonly sandbox: Sandbox) {
		this.begin();
		sandbox.log.listen(({ platform, moves }) => this.moves[platform].push(...moves));
	}

	/** What comes from now on is looked at by itself. */
	begin(): void {
		for (const service of SERVICES) {
			this.moves[service] = [];
			this.levels[service] = this.levelsOf(service);
		}
	}

	/** Units that were taken from an item, write by write. */
	taken(service: Service, sku: string): number[] {
		return this.moves[service]
			.filter((move) => move.sku === sku)
			.map(({ from, to }) => Number(from) - Number(to));
	}

	/** Units an item is short of, whatever the log says. */
	missing(service: Service, sku: string): number {
		const now = this.levelsOf(service).get(sku) ?? Number.NaN;
		return (this.levels[service].get(sku) ?? Number.NaN) - now;
	}

	judge(service: Service, sent: Sent[]): Verdict {
		const verdict: Verdict = {
			right: 0,
			unknown: { applied: 0, not: 0 },
			refused: 0,
			wrong: [],
		};
		for (const sku of new Set(sent.map(({ line }) => line.sku))) {
			const ofItem = sent.filter(({ line }) => line.sku === sku);
			this.judgeItem(service, sku, ofItem, verdict);
		}
		return verdict;
	}

	private judgeItem(service: Service, sku: string, sent: Sent[], verdict: Verdict): void {
		const left = this.taken(service, sku);
		const take = (units: number): boolean => {
			const at = left.indexOf(units);
			if (at !== -1) left.splice(at, 1);
			return at !== -1;
		};
		const total = left.reduce((sum, units) => sum + units, 0);
		if (total !== this.missing(service, sku)) verdict.wrong.push(`${sku}: level and log disagree`);
		// Those of which nothing is certain come last: what is left may be theirs.
		const open: Line[] = [];
		for (const { line, answers } of sent) {
			const said = answers.map(({ status }) => status);
			if (said.includes('updated') || said.includes('duplicate')) {
				if (take(line.units)) verdict.right += 1;
				else verdict.wrong.push(`${line.key} (${sku}): said to be applied, and was not`);
			} else if (said.includes('unknown')) {
				open.push(line);
			} else if (said.some((status) => status === 'failed' || status === 'notAttempted')) {
				verdict.refused += 1;
			} else {
				verdict.wrong.push(`${line.key} (${sku}): without an answer`);
			}
		}
		for (const { units } of open) verdict.unknown[take(units) ? 'applied' : 'not'] += 1;
		for (const units of left)
			verdict.wrong.push(`${sku}: ${units} units taken that no line accounts for`);
	}

	private levelsOf(service: Service): Map<string, number> {
		const stock = this.sandbox.service(service).stock();
		return new Map(stock.map(({ sku, quantity }) => [sku ?? '', quantity]));
	}
}
