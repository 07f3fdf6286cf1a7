/** Order lines of one shop on their way, so many at once. */
import { KeyedMutex } from '../../inventory/memory/keyed-mutex.ts';
import type { Service } from '../host/setup.mts';
import type { Sent } from './audit.mts';
import type { Answer, Fleet } from './fleet.mts';
import type { Line } from './orders.mts';

export class Stream {
	private readonly known = new Map<string, Sent>();
	private readonly answered = new Map<string, Promise<unknown>>();
	private readonly itemMutex = new KeyedMutex();

	constructor(
		private readonly fleet: Fleet,
		readonly service: Service,
	) {}

	get sent(): Sent[] {
		return [...this.known.values()];
	}

	/** Sends lines in order. A line that was sent before waits until that has been answered. */
	async send(lines: Line[], atOnce: number): Promise<void> {
		const left = [...lines];
		const lane = async (): Promise<void> => {
			for (let line = left.shift(); line !== undefined; line = left.shift()) {
				await this.answered.get(line.key);
				// RootFi cannot add: lines of one item would overwrite each other, and so go one by one.
				if (this.service === 'rootfi') await this.itemMutex.run(line.sku, this.firing(line));
				else await this.firing(line)();
			}
		};
		await Promise.all(Array.from({ length: atOnce }, lane));
	}

	private firing(line: Line): () => Promise<Answer> {
		return async () => {
			const answer = this.fire(line);
			this.answered.set(line.key, answer);
			return await answer;
		};
	}

	/** Sends one line, whatever else is on its way. */
	async fire(line: Line): Promise<Answer> {
		const sent = this.known.get(line.key) ?? { line, answers: [] };
		this.known.set(line.key, sent);
		const answer = await this.fleet.fire(this.service, line);
		sent.answers.push(answer);
		return answer;
	}

	/** How often each status was answered. */
	tally(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const { answers } of this.known.values()) {
			for (const { status } of answers) {
				const name = status ?? 'no result';
				counts[name] = (counts[name] ?? 0) + 1;
			}
		}
		return counts;
	}
}

/** Each line, and some of them a second time, so many lines later. */
export function withRepeats(lines: Line[], repeats: number, later: number): Line[] {
	const every = Math.floor((lines.length - later) / repeats);
	return lines.flatMap((line, n) => {
		const repeated = n >= later && (n - later) % every === 0 && (n - later) / every < repeats;
		return repeated ? [line, lines[n - later]] : [line];
	});
}
