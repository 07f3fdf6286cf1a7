/** An id is one segment of a path, whatever stands in it. */
import fc from 'fast-check';
import { pathSegment } from '../../../../platforms/http/path-segment.ts';

const pathOf = (id: string) => new URL(`http://shop.example/items/${pathSegment(id)}/inventory`);

test('no text leads out of its segment', () => {
	const awkward = fc.constantFrom(
		'..',
		'.',
		'/',
		'//',
		'?',
		'#',
		'%2f',
		'%2e',
		'\\',
		'@',
		':',
		'\ud800',
	);
	const id = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.array(awkward).map((parts) => parts.join('')),
	);
	fc.assert(
		fc.property(id, (text) => {
			const { host, pathname, search, hash } = pathOf(text);
			expect([host, search, hash]).toStrictEqual(['shop.example', '', '']);
			const [root, items, , inventory, ...rest] = pathname.split('/');
			expect([root, items, inventory, rest]).toStrictEqual(['', 'items', 'inventory', []]);
		}),
		{ numRuns: 1_000 },
	);
});

test('every ID except dots alone can be read back as what it was', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (text) => {
			fc.pre(text !== '.' && text !== '..');
			expect(decodeURIComponent(pathSegment(text))).toBe(text);
		}),
	);
});

test('half a character becomes the replacement character', () => {
	expect(pathSegment('A\ud83d')).toBe('A%EF%BF%BD');
	expect(pathSegment('A😀')).toBe('A%F0%9F%98%80');
});
