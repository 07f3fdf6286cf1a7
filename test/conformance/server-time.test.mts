/** The time of a list page by the service's own clock, which may differ from ours. */
import { openShop } from '../support/shops.mts';

describe.each(['webflow', 'ecwid', 'rootfi'] as const)('%s', (name) => {
	const date = 'Mon, 02 Mar 2026 07:00:00 GMT';

	test('a page of the list carries the time that the service told', async () => {
		const page = await openShop(name, { date }).platform.list(null);
		expect(page).toMatchObject({ kind: 'page', serverTime: Date.parse(date) });
	});

	test('a page has no time where the service told none', async () => {
		const page = await openShop(name, { date: null }).platform.list(null);
		expect(page).toMatchObject({ kind: 'page', serverTime: undefined });
	});
});

test.each(['ecwid', 'rootfi'] as const)(
	'%s: a page of what was updated since a time carries the time of the service, too',
	async (name) => {
		const date = 'Mon, 02 Mar 2026 07:00:00 GMT';
		const page = await openShop(name, { date }).platform.list(null, 0);
		expect(page).toMatchObject({ kind: 'page', serverTime: Date.parse(date) });
	},
);
