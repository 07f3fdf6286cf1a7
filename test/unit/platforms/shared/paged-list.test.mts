import { PagedList, offsetsFrom, type Page } from '../../../../platforms/shared/paged-list.ts';

const PAGE_SIZE = 100;

/** A list of numbers, of which `change` may add or remove some before a page is read. */
function open(size: number, change: (list: number[], reads: number) => void) {
	const list = Array.from({ length: size }, (_, n) => n);
	let reads = 0;
	const catalogue = new PagedList<number>(
		async (cursor) => {
			reads += 1;
			change(list, reads);
			const offset = Number(cursor ?? 0);
			const entries = list.slice(offset, offset + PAGE_SIZE);
			const reached = offset + entries.length;
			const page: Page<number> = {
				entries,
				leftOut: [],
				read: entries.length,
				next: reached < list.length ? String(reached) : null,
				total: list.length,
				following: offsetsFrom(reached, list.length, PAGE_SIZE),
				length: list.length,
			};
			return { ok: true, value: page };
		},
		(entry) => String(entry),
	);
	return { catalogue, list, reads: () => reads };
}

const sorted = (entries: number[]) => entries.toSorted((a, b) => a - b);

test.each<[string, (list: number[]) => void]>([
	['an entry was removed', (list) => list.splice(0, 1)],
	['entries were added', (list) => list.unshift(-1, -2)],
])('a list while which was read %s is read again, whole', async (_, change) => {
	for (const at of [2, 3, 4]) {
		const { catalogue, list, reads } = open(400, (some, n) => n === at && change(some));
		expect(await catalogue.completeWithin(10)).toBeNull();
		expect(sorted(catalogue.all)).toStrictEqual(sorted(list));
		expect(reads()).toBeGreaterThan(4);
	}
});

test('a list that stands still is read once', async () => {
	const { catalogue, reads } = open(400, () => {});
	await catalogue.completeWithin(10);
	expect([catalogue.all.length, reads()]).toStrictEqual([400, 4]);
});

test('a list that never stands still is read twice', async () => {
	const { catalogue, reads } = open(400, (list) => list.splice(0, 1));
	await catalogue.completeWithin(10);
	expect([catalogue.complete, reads()]).toStrictEqual([true, 8]);
});

test('a list that is too dear to be read again is left', async () => {
	const { catalogue, reads } = open(
		1_000,
		(list, n) => n === 10 && list.unshift(...Array(200).keys()),
	);
	await catalogue.completeWithin(10);
	expect([catalogue.complete, reads()]).toStrictEqual([false, 12]);
});
