/**
 * Sends the writes of one request, from claiming their keys to the result of every row.
 *
 * Keys are claimed, and old levels that a write depends on are read again. The journal notes that the rows are being
 * sent, and the request goes out. Each outcome is confirmed and remembered, and its keys are used up, released or left
 * open.
 */
import type { Fault } from '../model/fault';
import { faultText } from '../model/fault';
import { itemKey } from '../model/item';
import type { WriteOptions } from '../model/platform';
import { STATUSES } from '../model/status';
import { announceResult, announceWrite } from './announce-write';
import { claimKeys } from './claim-keys';
import type { Sent } from './confirm-write';
import { confirmWrite } from './confirm-write';
import { guardResult, zeroDelta } from './guard';
import { checkRemaining, prepareWrites } from './prepare-write';
import { settleClaims } from './settle-claims';
import {
	againAs,
	giveUpFault,
	isStale,
	isUncertainSet,
	maybeAppliedBefore,
	toReadBack,
	withFault,
} from './outcomes';
import { endRows, stamped } from './report';
import type { RunContext } from './run-context';
import type { SentRows } from './sent-rows';
import type {
	ClaimedWrite,
	EndedRow,
	EndedWrite,
	PlannedWrite,
	PreparedWrite,
} from './write-records';

/** After this many requests in a row that decided no write, the writes are given up. */
const MOST_STALLS = 3;

/** After this many requests in a row that could not leave before their reading expired, the writes are given up. */
const MOST_STALE = 10;

export interface SendOptions {
	stopOnFailure: boolean;
	/** In requests of up to this many writes, levels that the answers do not report are read. */
	readBackUpTo: number;
}

interface SendResult {
	ended: EndedRow[];
	/** A fault that every other row would meet. */
	abort: Fault | null;
}

export async function sendWrites(
	writes: PlannedWrite[],
	options: SendOptions,
	context: RunContext,
	rows: SentRows,
): Promise<SendResult> {
	return await new Sender(options, context, rows).send(writes);
}

class Sender {
	private readonly ended: EndedRow[] = [];
	/** Items for which the service may have applied an earlier try, whatever it says about the last one. */
	private readonly doubtful = new Set<string>();
	private abort: Fault | null = null;
	private announced: PreparedWrite[] = [];

	constructor(
		private readonly options: SendOptions,
		private readonly context: RunContext,
		private readonly rows: SentRows,
	) {}

	async send(planned: PlannedWrite[]): Promise<SendResult> {
		const writes = await this.claim(planned);
		if (this.isStopped()) {
			await this.endUnsent(writes, 'Another row in the same request did not go through.');
		} else {
			try {
				await this.locked(writes, async () => await this.sendUntilEnded(writes));
			} catch (error) {
				await this.endAfterBug(writes, error as Error);
			}
		}
		return { ended: this.ended, abort: this.abort };
	}

	/** Where a delta takes three steps, each request carries one write, and no other run may change its item meanwhile. */
	private async locked(writes: ClaimedWrite[], task: () => Promise<void>): Promise<void> {
		const { platform, itemMutex } = this.context;
		const [write] = writes;
		if (write === undefined || platform.capabilities.atomicDelta) await task();
		else await itemMutex.run(itemKey(write.item), task);
	}

	/** Claims the keys of a request's rows; rows whose keys keep them from being sent end here. */
	private async claim(planned: PlannedWrite[]): Promise<ClaimedWrite[]> {
		const { claimed, ended } = await claimKeys(planned, this.context.keys, 'claim');
		this.ended.push(...ended);
		const writes: ClaimedWrite[] = [];
		for (const { original, remaining, claims } of claimed) {
			if (remaining === null) continue;
			const write = { ...original, ...remaining, claims };
			const checked = remaining === original ? write : checkRemaining(write, this.context);
			if ('claims' in checked) writes.push(checked);
			else await this.end([{ write, result: checked }]);
		}
		return writes;
	}

	/** Sends the writes, and sends those that were left out again, until all have ended. */
	private async sendUntilEnded(writes: ClaimedWrite[]): Promise<void> {
		let waiting = await this.withoutSumsOfZero(writes);
		let stalls = 0;
		let stale = 0;
		while (waiting.length > 0) {
			const ready = await this.prepare(waiting);
			if (ready === null) return;
			const { postponed, decided } = await this.request(ready.writes, ready.options);
			await this.confirmAll(decided);
			waiting = postponed.map(againAs);
			const late = postponed.some(({ outcome }) => isStale(outcome));
			stale = late ? stale + 1 : 0;
			stalls = decided.length === 0 && !late ? stalls + 1 : 0;
			const isStopped = this.isStopped();
			const isGivenUp = stalls === MOST_STALLS || stale === MOST_STALE;
			const mayContinue = !isStopped && !isGivenUp && !this.context.signal.aborted;
			if (this.abort === null && mayContinue) continue;
			// Rows that were postponed report what stopped the run.
			const reason = this.abort;
			await this.confirmAll(postponed.map((sent) => withFault(sent, reason)));
			// A service that keeps leaving rows out will leave out the next ones too.
			if (this.abort === null && !isStopped) this.abort = giveUpFault(postponed);
			return;
		}
	}

	/** Ends the writes that send nothing and only use up keys. */
	private async withoutSumsOfZero(writes: ClaimedWrite[]): Promise<ClaimedWrite[]> {
		const isSent = ({ intent, amount }: ClaimedWrite): boolean =>
			intent.operation !== 'adjustByDelta' || amount !== 0;
		const unsent = writes.filter((write) => !isSent(write));
		await this.end(
			unsent.map((write) => ({
				write,
				result: guardResult(zeroDelta(write.intent), write.before),
			})),
		);
		return writes.filter(isSent);
	}

	/** The writes that may be sent now; null if every row has ended. */
	private async prepare(waiting: ClaimedWrite[]) {
		const { ready, ended, abort, options } = await prepareWrites(waiting, this.context);
		await this.end(
			ended.map(({ write, result }) => ({
				write,
				result: this.isDoubtful(write) ? maybeAppliedBefore(result, write) : result,
			})),
		);
		if (abort !== null) {
			this.abort = abort;
			const done = new Set(ended.map(({ write }) => write));
			await this.endUnsent(
				waiting.filter((write) => !done.has(write)),
				abort.message,
			);
		}
		if (abort !== null || ready.length === 0) {
			options.reservation?.release();
			return null;
		}
		return { writes: ready, options };
	}

	private async request(
		writes: PreparedWrite[],
		options: WriteOptions,
	): Promise<{ postponed: Sent[]; decided: Sent[] }> {
		const { platform, clock } = this.context;
		for (const write of writes) {
			this.rows.noteSending(write);
			announceWrite(write, this.context);
		}
		this.announced = writes;
		const readsLevel = writes.length <= this.options.readBackUpTo;
		const changes = writes.map(({ change }) => change);
		const sending = platform.write(changes, options);
		const outcomes = await sending.finally(() => options.reservation?.release());
		const since = clock.monotonic();
		const postponed: Sent[] = [];
		const decided: Sent[] = [];
		for (const [n, write] of writes.entries()) {
			const outcome = outcomes[n];
			if (outcome.kind === 'notSent' && outcome.maybe) this.doubtful.add(itemKey(write.item));
			const mayGoAgain = outcome.kind === 'notSent' && (outcome.again || outcome.stale);
			if (mayGoAgain) {
				announceResult(write, { status: 'notAttempted', message: null }, this.context);
				if (!this.isDoubtful(write)) this.rows.noteNotSent(write);
			}
			(mayGoAgain ? postponed : decided).push({ write, outcome, since, readsLevel });
		}
		return { postponed, decided };
	}

	/**
	 * Turns outcomes into results. Sets with an uncertain outcome are read back together: a product with many variations
	 * then takes one reading, and after a refusal that would meet every row nothing more is read.
	 */
	private async confirmAll(sent: Sent[]): Promise<void> {
		const outcomes = sent.map((one) => (this.isDoubtful(one.write) ? toReadBack(one) : one));
		const uncertainSets = outcomes.filter(isUncertainSet);
		await this.confirm(outcomes.filter((one) => !uncertainSets.includes(one)));
		const items = uncertainSets.map(({ write }) => write.change.item);
		const readsAll = items.length > 1 && !this.context.signal.aborted;
		const seen = readsAll ? await this.context.platform.read(items, 'byId') : [];
		await this.confirm(uncertainSets.map((one, n) => ({ ...one, seen: seen[n] })));
	}

	private async confirm(sent: Sent[]): Promise<void> {
		const results: EndedWrite[] = [];
		for (const one of sent) {
			const confirmed = await confirmWrite(one, this.context);
			this.abort = confirmed.abort ?? this.abort;
			const result = stamped(confirmed.result, this.context.clock);
			announceResult(one.write, result, this.context);
			results.push({ write: one.write, result });
		}
		await this.end(results);
	}

	/** Ends writes: settles their keys, remembers confirmed levels, and gives their rows a result. */
	private async end(ends: EndedWrite[]): Promise<void> {
		const { clock, confirmedLevels, keys } = this.context;
		const warnings = await settleClaims(ends, keys);
		for (const [n, { write, result }] of ends.entries()) {
			if (result.status === 'updated' && result.after != null)
				confirmedLevels.confirm(itemKey(write.item), result.after, clock.monotonic());
			const own = {
				...stamped(result, clock),
				warnings: [...(result.warnings ?? []), warnings[n]],
			};
			const rows = endRows(write, own);
			this.rows.noteEnded(write, rows);
			this.ended.push(...rows);
		}
	}

	private async endUnsent(writes: ClaimedWrite[], message: string): Promise<void> {
		await this.end(
			writes.map((write) => ({
				write,
				result: { status: 'notAttempted', before: write.before, message },
			})),
		);
	}

	/** After a bug in this node, rows that may have been sent are `unknown`; the keys of the others are released. */
	private async endAfterBug(writes: ClaimedWrite[], { message }: Error): Promise<void> {
		const fault: Fault = {
			message: `The run stopped because of a bug in this node: ${message}.`,
			advice: 'Check the level in the shop, and please report this.',
			wholeRun: true,
		};
		this.abort = fault;
		// Their outcomes will never be known, so triggers must not account for them.
		for (const write of this.announced)
			announceResult(write, { status: 'unknown', message: null }, this.context);
		const done = new Set(this.ended.map(({ index }) => index));
		const rest = writes.filter(({ rows: [{ index }] }) => !done.has(index));
		await this.end(
			rest.map((write) => {
				const status = this.rows.isSending(write) ? 'unknown' : 'failed';
				return { write, result: { status, message: faultText(fault) } };
			}),
		);
	}

	/** Whether an earlier try may have been applied. */
	private isDoubtful({ item }: PlannedWrite): boolean {
		return this.doubtful.has(itemKey(item));
	}

	/** With Stop Workflow, no row is sent after a failed one. */
	private isStopped(): boolean {
		return (
			this.options.stopOnFailure &&
			this.ended.some(({ result }) => STATUSES[result.status].stopsRun)
		);
	}
}
