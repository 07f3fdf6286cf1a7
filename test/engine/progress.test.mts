/** What a long run says of itself while it lasts. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { systemClock } from '../../n8n/host/clock.ts';
import { progressOf } from '../../n8n/output/progress.ts';

const START = Date.parse('2026-03-02T08:00:00Z');

function listen(mode: 'manual' | 'trigger') {
	const logged: string[] = [];
	const shown: string[] = [];
	const context = {
		logger: { info: (text: string) => logged.push(text) },
		getNode: () => ({ name: 'Stock' }),
		getMode: () => mode,
		sendMessageToUI: (text: string) => shown.push(text),
	} as unknown as IExecuteFunctions;
	const now = jest.spyOn(systemClock, 'monotonic').mockReturnValue(START);
	const at = (seconds: number) => now.mockReturnValue(START + seconds * 1_000);
	return { logged, shown, at, tell: progressOf(context, 'Webflow') };
}

afterEach(() => jest.restoreAllMocks());

test('every half minute a run says how far it is, and how long it will take', () => {
	const { logged, shown, at, tell } = listen('manual');
	for (let n = 0; n <= 120; n += 1) {
		at(n);
		tell('read', n, 480);
	}
	expect(logged).toStrictEqual([
		'Stock: 30 of 480 items read at Webflow, about 8 min left',
		'Stock: 60 of 480 items read at Webflow, about 7 min left',
		'Stock: 90 of 480 items read at Webflow, about 7 min left',
		'Stock: 120 of 480 items read at Webflow, about 6 min left',
	]);
	expect(shown).toStrictEqual(logged);
});

test('a run tells its progress only in the log when nobody watches, and not at all when it is soon done', () => {
	const watched = listen('trigger');
	watched.at(29);
	watched.tell('written', 10, 10);
	expect(watched.logged).toStrictEqual([]);
	watched.at(31);
	watched.tell('written', 11, 20);
	expect([watched.logged.length, watched.shown.length]).toStrictEqual([1, 0]);
});
