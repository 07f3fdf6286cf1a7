import { setImmediate as tick } from 'node:timers/promises';
import { KeyedMutex } from '../../../../inventory/memory/keyed-mutex.ts';

/** Notes when it starts and ends, with a break in between. */
const task =
	(order: string[], name: string, broken = false) =>
	async () => {
		order.push(`${name} starts`);
		await tick();
		order.push(`${name} ends`);
		if (broken) throw new Error('broken');
		return name;
	};

test('tasks of one name run one after the other, also after one that failed', async () => {
	const mutex = new KeyedMutex();
	const order: string[] = [];
	const first = mutex.run('A', task(order, 'first', true));
	const second = mutex.run('A', task(order, 'second'));
	await expect(first).rejects.toThrow('broken');
	expect(await second).toBe('second');
	expect(order).toStrictEqual(['first starts', 'first ends', 'second starts', 'second ends']);
});

test('tasks of other names do not wait', async () => {
	const mutex = new KeyedMutex();
	const order: string[] = [];
	await Promise.all([mutex.run('A', task(order, 'first')), mutex.run('B', task(order, 'second'))]);
	expect(order.slice(0, 2)).toStrictEqual(['first starts', 'second starts']);
});
