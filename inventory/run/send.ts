/**
 * One shipment: the writes of one request, from asking their keys to the ending of every row.
 *
 * Keys are asked and recorded, the execution's memory is told that the rows are on their way, the request goes out; then
 * what came of each is settled, remembered, and its keys used up, released or left open.
 */
import type { Concluded, Known, PreparedWrite, RunContext } from './prepare-write';
import { announceEnd, announceWrite } from './announce-write';
import { conclude, isStale, prepare } from './prepare-write';
import { endingOf, isGuarded, judge } from './guard';
import { askKeys } from './claim-keys';
import type { Claim } from '../memory/idempotency-keys';
import type { Group, ResolvedRow } from './merge-rows';
import type { PlannedWrite } from './plan';
import type { ReadOutcome, WriteOutcome } from '../model/platform';
import type { WriteResult, Report } from './report';
import { REFUSED_BUT_MAYBE_APPLIED } from '../model/platform';
import { isDelta } from '../model/change';
import type { RowResult } from '../model/row-result';
import type { Fault } from '../model/fault';
import type { WriteOperation } from '../model/change';
import { faultText } from '../model/fault';
import { itemKey } from '../model/item';

/** How often in a row a batch may end without settling anything before its rows are given up. */
const MOST_STALLS = 3;

/** A write with the keys it holds. */
interface Load {
	write: PlannedWrite;
	claims: Claim[];
}

/** A load that was sent, and what came of it. */
interface Sent {
	load: Load & { ready: PreparedWrite };
	outcome: WriteOutcome;
}

export class Sender {
	/** Groups that may have left. */
	private readonly onTheirWay = new Set<Group>();
	/** Groups of which the service may have taken a try of its own, whatever it says of the last one. */
	private readonly doubtful = new Set<Group>();

	constructor(
		private readonly operation: WriteOperation,
		private readonly stopOnFailure: boolean,
		private readonly room: RunContext,
		private readonly report: Report,
		/** Whether levels that the answers to so many writes do not name are read back. */
		private readonly readBack: (sent: number) => boolean,
	) {}

	/** Ships writes that go in one request; every row of them has ended afterwards. Returns what every other row would meet. */
	async ship(writes: PlannedWrite[]): Promise<Fault | null> {
		const loads = await this.claim(writes);
		if (this.stopOnFailure && writes.some(({ group }) => this.hasBadRow(group))) {
			for (const load of loads)
				await this.leave(load, 'A row of the same request did not go through.');
			return null;
		}
		try {
			return await this.inTurn(loads, async () => await this.shipLoads(loads));
		} catch (error) {
			return await this.breakOff(loads, error as Error);
		}
	}

	/** Something went wrong in this program itself: rows that may have been sent stay open, the others are released. */
	private async breakOff(loads: Load[], { message }: Error): Promise<Fault> {
		const fault: Fault = {
			message: `The run broke off by a mistake of this node: ${message}.`,
			advice: 'Compare the level in the shop, and please report this.',
			wholeRun: true,
		};
		for (const load of loads) {
			const [{ row }] = load.write.group.rows;
			if (this.report.get(row) !== undefined) continue;
			const status = this.onTheirWay.has(load.write.group) ? 'unknown' : 'failed';
			await this.end(load, { status, message: faultText(fault) });
		}
		return fault;
	}

	/** Where reading, adding and setting are three steps, nobody else in the process may come between. */
	private async inTurn<T>(loads: Load[], task: () => Promise<T>): Promise<T> {
		const { platform, itemMutex: turns } = this.room;
		const [load] = loads;
		return load !== undefined && !platform.capabilities.atomicDelta
			? await turns.run(itemKey(load.write.group.item), task)
			: await task();
	}

	private async shipLoads(loads: Load[]): Promise<Fault | null> {
		const ready: Array<Load & { ready: PreparedWrite }> = [];
		for (const [n, load] of loads.entries()) {
			const prepared = await this.prepare(load);
			if ('ready' in prepared) {
				ready.push({ ...load, write: prepared.ready.write, ready: prepared.ready });
				continue;
			}
			await this.end(load, prepared.concluded.ending);
			if (prepared.concluded.stop === null) continue;
			for (const other of [...ready, ...loads.slice(n + 1)]) {
				await this.leave(other, prepared.concluded.stop.message);
			}
			return prepared.concluded.stop;
		}
		return ready.length === 0 ? null : await this.send(ready);
	}

	private async prepare(load: Load): Promise<{ ready: PreparedWrite } | { concluded: Concluded }> {
		const { group, before, amount } = load.write;
		if (this.operation !== 'adjustByDelta' || amount !== 0)
			return await prepare(load.write, this.room);
		const verdict = judge(group.intent, before);
		const ending: WriteResult =
			verdict.kind === 'write' ? { status: 'unchanged', message: null } : endingOf(verdict, before);
		return { concluded: { ending, stop: null } };
	}

	/** Sends the loads, and again those that a batch left out, until all have ended. */
	private async send(loads: Array<Load & { ready: PreparedWrite }>): Promise<Fault | null> {
		for (const { write, ready } of loads) {
			this.noteOnTheirWay(write.group);
			announceWrite(ready, this.room);
		}
		const readBack = this.readBack(loads.length);
		let waiting = loads;
		let stalls = 0;
		let stop: Fault | null = null;
		while (waiting.length > 0) {
			const outcomes = await this.room.platform.write(waiting.map(({ ready }) => ready.change));
			const left: Sent[] = [];
			const ended: Sent[] = [];
			for (const [n, load] of waiting.entries()) {
				const outcome = outcomes[n];
				if (outcome.kind === 'notSent' && outcome.maybe) this.doubtful.add(load.write.group);
				(mayBeSentAgain(outcome) ? left : ended).push({ load, outcome });
			}
			stop = (await this.concludeAll(ended, readBack)) ?? stop;
			stalls = left.length === waiting.length ? stalls + 1 : 0;
			// With Stop Workflow, what was left out behind a row that did not go through stays out.
			const stopped =
				this.stopOnFailure && waiting.some(({ write }) => this.hasBadRow(write.group));
			waiting = left.map(({ load }) => load);
			if (stop === null && !stopped && stalls < MOST_STALLS && !this.room.signal?.aborted) continue;
			const fault = await this.concludeAll(left, readBack);
			const [first] = left;
			stop = fault ?? stop ?? (stopped || first === undefined ? null : givenUp(first.outcome));
			break;
		}
		return stop;
	}

	/**
	 * From the outcomes of loads to their endings. Sets of which nobody knows whether they were taken are looked at
	 * together: that costs a product with many variations one reading, and none once a reading is refused for all.
	 * Returns what every other row would meet.
	 */
	private async concludeAll(sent: Sent[], readBack: boolean): Promise<Fault | null> {
		const since = this.room.clock.now();
		const known = sent.map(({ load, outcome }) => ({
			load,
			outcome: this.doubtful.has(load.write.group) ? doubted(outcome, since) : outcome,
		}));
		const toSee = known.filter(({ load, outcome }) => isToBeSeen(load.ready, outcome));
		let stop: Fault | null = null;
		for (const one of known) {
			if (!toSee.includes(one)) stop = (await this.conclude(one, readBack, { since })) ?? stop;
		}
		const seen = await this.look(toSee);
		for (const [n, one] of toSee.entries()) {
			stop = (await this.conclude(one, readBack, { since, seen: seen[n] })) ?? stop;
		}
		return stop;
	}

	private async look(sent: Sent[]): Promise<ReadOutcome[]> {
		if (sent.length < 2 || this.room.signal?.aborted) return [];
		const items = sent.map(({ load }) => load.ready.change.item);
		return await this.room.platform.read(items, 'byId');
	}

	/** From the outcome of a load to its ending. Returns what every other row would meet. */
	private async conclude(
		{ load, outcome }: Sent,
		readBack: boolean,
		known: Known,
	): Promise<Fault | null> {
		const { ending, stop } = await conclude(load.ready, outcome, this.room, readBack, known);
		announceEnd(load.ready, ending, this.room);
		await this.end(load, ending);
		return stop;
	}

	/** Asks and records the keys of a request's rows; rows whose key says so leave their write and end here. */
	private async claim(writes: PlannedWrite[]): Promise<Load[]> {
		const { keys } = this.room;
		if (keys === null) return writes.map((write) => ({ write, claims: [] }));
		const asked = await askKeys(
			writes.map(({ group }) => group),
			keys,
			'claim',
			this.report,
		);
		const loads: Load[] = [];
		for (const [n, { group, claims }] of asked.entries()) {
			if (group === null) continue;
			const load = { write: writes[n], claims };
			if (group === writes[n].group) loads.push(load);
			else await this.judgeAnew(load, group, loads);
		}
		return loads;
	}

	/** Puts what is left of a group on its way, if the guards still have nothing against it. */
	private async judgeAnew({ write, claims }: Load, group: Group, loads: Load[]): Promise<void> {
		const { before } = write;
		const verdict = judge(group.intent, before);
		// A level that is old, or from a list, is no reason to refuse: the second look decides.
		const looksAgain = isGuarded(group.intent) && isStale(before, this.room.clock);
		if (verdict.kind === 'write') {
			const { amount, warning } = verdict;
			loads.push({ write: { group, before, amount, warning }, claims });
		} else if (verdict.kind === 'refuse' && looksAgain) {
			const { amount } = group.intent;
			loads.push({ write: { group, before, amount, warning: null }, claims });
		} else if (group.intent.amount === 0) {
			loads.push({ write: { ...write, group, amount: 0 }, claims });
		} else {
			await this.end({ write: { ...write, group }, claims }, endingOf(verdict, before));
		}
	}

	/** Ends the rows of a load: keys, memory, report. */
	private async end({ write: { group }, claims }: Load, ending: WriteResult): Promise<void> {
		const warning = await this.settleKeys(claims, ending, group);
		const { clock, confirmedLevels: levels } = this.room;
		if (ending.status === 'updated' && ending.after != null)
			levels?.confirm(itemKey(group.item), ending.after, clock.now());
		this.report.endGroup(group, {
			...ending,
			at: new Date(this.room.clock.now()).toISOString(),
			warnings: [...(ending.warnings ?? []), warning],
		});
		const sent = ending.status === 'updated' || ending.status === 'unknown';
		for (const { row } of rowsWith(group)) {
			if (sent)
				this.room.journal.note(row, this.operation, this.report.get(row) as RowResult, 'sent');
			else this.room.journal.erase(row, this.operation);
		}
	}

	private async leave(load: Load, message: string): Promise<void> {
		await this.end(load, { status: 'notAttempted', before: load.write.before, message });
	}

	/** Uses keys up, releases them, or leaves them open. Returns a warning when n8n could not record that. */
	private async settleKeys(
		claims: Claim[],
		{ status }: WriteResult,
		{ intent }: Group,
	): Promise<string | null> {
		const { keys } = this.room;
		if (keys === null || claims.length === 0) return null;
		const nothingToSend = status === 'unchanged' && intent.amount === 0;
		try {
			const isApplied = status === 'updated' || nothingToSend;
			const isUnknown = !isApplied && status === 'unknown';
			const outcome = isApplied ? 'applied' : isUnknown ? 'unknown' : 'notApplied';
			await keys.settle(claims.map((claim) => ({ claim, outcome })));
			return null;
		} catch {
			return 'n8n could not record what became of the key: a later run with it will say that the outcome is unknown.';
		}
	}

	/** Should n8n end now, these rows may or may not have been applied. */
	private noteOnTheirWay(group: Group): void {
		this.onTheirWay.add(group);
		this.room.confirmedLevels?.forget(itemKey(group.item), this.room.clock.now());
		for (const { row } of rowsWith(group)) {
			const skipped = group.superseded.find((one) => one.row === row);
			const ending: RowResult = {
				status: skipped === undefined ? 'unknown' : 'skipped',
				item: group.item,
				before: null,
				after: null,
				message:
					skipped === undefined
						? 'The execution ended while this row was on its way. Compare the level in the shop with what it should be.'
						: (this.report.get(row)?.message ?? null),
				warnings: [],
			};
			this.room.journal.note(row, this.operation, ending, 'sent');
		}
	}

	private hasBadRow({ rows }: Group): boolean {
		return rows.some(({ row }) => {
			const status = this.report.get(row)?.status;
			return status === 'failed' || status === 'unknown';
		});
	}
}

/** Whether a row was merely left out of a batch. */
function mayBeSentAgain(outcome: WriteOutcome): boolean {
	return outcome.kind === 'notSent' && outcome.again === true;
}

/** What the service may have taken before is neither refused nor never sent: the level says it. */
function doubted(outcome: WriteOutcome, now: number): WriteOutcome {
	if (outcome.kind !== 'refused' && outcome.kind !== 'notSent') return outcome;
	const { fault } = outcome;
	return { kind: 'uncertain', fault, readBack: REFUSED_BUT_MAYBE_APPLIED, sentAt: now };
}

/** Whether only the level can tell, and one look at it is enough. */
function isToBeSeen({ change }: PreparedWrite, outcome: WriteOutcome): boolean {
	return outcome.kind === 'uncertain' && outcome.readBack.reads === 'once' && !isDelta(change);
}

/** A service that keeps leaving rows out will leave out the next ones too. */
function givenUp(outcome: WriteOutcome): Fault | null {
	return outcome.kind === 'notSent' ? { ...outcome.fault, wholeRun: true } : null;
}

/** Every row whose ending hangs on a group's write. */
function rowsWith({ rows, repeated: twins, superseded }: Group): ResolvedRow[] {
	return [...rows, ...twins.map(({ row }) => row), ...superseded];
}
