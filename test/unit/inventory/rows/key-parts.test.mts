import fc from 'fast-check';
import { nothingIn } from '../../../../inventory/rows/key-parts.ts';

test.each([
	[undefined, 'nothing'],
	[null, 'nothing'],
	['', 'nothing'],
	[' \t', 'nothing'],
	[NaN, '“NaN”'],
	['undefined', '“undefined”'],
	['NULL', '“NULL”'],
	['None', '“None”'],
	['n/a', '“n/a”'],
	['#N/A', '“#N/A”'],
	['#REF!', '“#REF!”'],
	['#BEZUG!', '“#BEZUG!”'],
	['#DIV/0!', '“#DIV/0!”'],
	['-', '“-”'],
	['–', '“–”'],
	['undefined-undefined', '“undefined”'],
	['1001-undefined', '“undefined”'],
	['1001:null', '“null”'],
	['1001/NaN', '“NaN”'],
	['1001 N/A', '“N/A”'],
	['1001-#N/A', '“#N/A”'],
	['order_null', '“null”'],
	['[object Object]', '“[object Object]”'],
	[{ id: 7 }, '“[object Object]”'],
])('a part of a key that is %p stands for nothing', (value, nothing) => {
	expect(nothingIn(value)).toBe(nothing);
});

test.each([
	1001,
	0,
	'#1042',
	'1042-3',
	'nullable',
	'Nantes',
	'Gran/ada',
	'2026-03-02T08:00:00Z',
	'gid://shopify/Order/1',
	'V1StGXR8_Z5jdHi6B-',
	true,
])('a part of a key that is %p names something', (value) => {
	expect(nothingIn(value)).toBeNull();
});

test('numbers and identifiers are never taken for words that stand for nothing', () => {
	fc.assert(fc.property(fc.oneof(fc.integer(), fc.uuid()), (id) => nothingIn(id) === null));
	fc.assert(fc.property(fc.integer(), fc.nat(), (a, b) => nothingIn(`${a}-${b}`) === null));
});
