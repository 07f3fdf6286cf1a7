import fc from 'fast-check';
import {
	LARGEST_QUANTITY,
	parseCode,
	parseKey,
	parseQuantity,
	shown,
} from '../../../../inventory/rows/cell.ts';

describe('a quantity', () => {
	test.each([
		[7, 7],
		[0, 0],
		[-0, 0],
		[-3, -3],
		[12.0, 12],
		[' 7 ', 7],
		['-3', -3],
		['12.0', 12],
		['1200.000', 1200],
		['0.000', 0],
		['−3', -3],
		['\ufeff7\u2003', 7],
		["'7", 7],
		["' 7", 7],
		['007', 7],
		['0', 0],
		['-0', 0],
		['\u00a07\u00a0', 7],
		[LARGEST_QUANTITY, LARGEST_QUANTITY],
		[-LARGEST_QUANTITY, -LARGEST_QUANTITY],
		[String(LARGEST_QUANTITY), LARGEST_QUANTITY],
	])('a quantity of %j is %d', (cell, value) => {
		expect(parseQuantity(cell)).toStrictEqual({ kind: 'value', value });
	});

	test.each([[''], ['  '], ['\t\n'], ['\u00a0'], [null], [undefined]])(
		'a quantity of %j is blank',
		(cell) => {
			expect(parseQuantity(cell)).toStrictEqual({ kind: 'blank' });
		},
	);

	test.each([
		['n/a'],
		['-'],
		['1,000'],
		['1.5'],
		['1e3'],
		['0x10'],
		['+5'],
		['12.'],
		['.5'],
		['1 000'],
		["'"],
		["''7"],
		['12.000'],
		['٣'],
		['Infinity'],
		['NaN'],
		[1.5],
		[NaN],
		[Infinity],
		[-Infinity],
		[true],
		[false],
		[[]],
		[[7]],
		[{}],
		[{ value: 7 }],
		[new Date(0)],
		[7n],
		[LARGEST_QUANTITY + 1],
		[-LARGEST_QUANTITY - 1],
		['2147483648'],
		['99999999999999999999'],
		[1e21],
	])('a quantity of %p is refused, and shown', (cell) => {
		const parsed = parseQuantity(cell);
		expect(parsed).toMatchObject({ kind: 'invalid', problem: expect.any(String) });
		const quoted = (parsed as { problem: string }).problem;
		expect(cell === '٣' || quoted.startsWith(shown(cell))).toBe(true);
	});

	test.each(['1.000', '-12.000', '999.000'])(
		'%j may be one or one thousand, and is refused with the way out',
		(cell) => {
			expect(parseQuantity(cell)).toMatchObject({
				problem: `${shown(cell)} is one or one thousand`,
				advice: expect.stringContaining('Number Format'),
			});
		},
	);

	test.each(['1,000', '1 000', '1.000,00', "1'000"])(
		'%j has separators, and the message names Number Format',
		(cell) => {
			expect(parseQuantity(cell)).toMatchObject({
				problem: `${shown(cell)} is not a whole number`,
				advice: expect.stringContaining('Number Format'),
			});
		},
	);

	test.each([
		['commaThousands', '1,234', 1234],
		['commaThousands', '-1,234,567.00', -1234567],
		['commaThousands', '12 345', 12345],
		['commaThousands', '12\u00a0345', 12345],
		['commaThousands', '12\u202f345.0', 12345],
		['commaThousands', "1'234", 1234],
		['commaThousands', "'1,234", 1234],
		['commaThousands', '1.000', 1],
		['commaThousands', '1234', 1234],
		['pointThousands', '1.234', 1234],
		['pointThousands', '−1.234.567,00', -1234567],
		['pointThousands', '1 234,0', 1234],
		['pointThousands', '1,000', 1],
		['pointThousands', '1234', 1234],
		['pointThousands', 12, 12],
	] as const)('under %s, %j is %d', (format, cell, value) => {
		expect(parseQuantity(cell, format)).toStrictEqual({ kind: 'value', value });
	});

	test.each([
		['commaThousands', '1,23'],
		['commaThousands', '1234,567'],
		['commaThousands', '1.234,00'],
		['commaThousands', '1,234 567'],
		['commaThousands', '1,234.5'],
		['pointThousands', '1.23'],
		['pointThousands', '1,234.00'],
		['pointThousands', '1,5'],
		['pointThousands', '.234'],
	] as const)('under %s, %j is refused', (format, cell) => {
		expect(parseQuantity(cell, format).kind).toBe('invalid');
	});

	test('whole numbers with groups of three survive in both formats', () => {
		fc.assert(
			fc.property(fc.integer({ min: -LARGEST_QUANTITY, max: LARGEST_QUANTITY }), (number) => {
				const value = number === 0 ? 0 : number;
				const comma = value.toLocaleString('en-US');
				expect(parseQuantity(comma, 'commaThousands')).toStrictEqual({ kind: 'value', value });
				const point = value.toLocaleString('de-DE');
				expect(parseQuantity(point, 'pointThousands')).toStrictEqual({ kind: 'value', value });
			}),
		);
	});

	test.each([
		['1\u200b0', 'has a zero-width space (U+200B) as character 2'],
		['10\u200e', 'has a left-to-right mark (U+200E) as character 3'],
		['1\ufeff0', 'has a byte order mark (U+FEFF) as character 2'],
		['\u00ad10', 'has a soft hyphen (U+00AD) as character 1'],
		['–5', 'has an en dash (U+2013) as character 1'],
		['5−3', '“5−3” is not a whole number'],
		['٣', 'has “٣”, a digit of another script, (U+0663) as character 1'],
		['１0', 'has “１”, a digit of another script, (U+FF11) as character 1'],
	])('%j is named by what cannot be seen in it', (cell, problem) => {
		expect(parseQuantity(cell)).toMatchObject({ kind: 'invalid', problem });
	});

	test('a message stays short, whatever the cell holds', () => {
		expect(shown('x'.repeat(5_000)).length).toBeLessThan(70);
		const round: Record<string, unknown> = {};
		round.self = round;
		expect(shown(round)).toBe('a object');
		expect(shown(() => 1)).toBe('a function');
	});

	test('a message stays on one line, and shows text in quotes', () => {
		expect(shown('n/a')).toBe('“n/a”');
		expect(shown('7\r\n8\u0000')).toBe('“7  8 ”');
		expect(shown('x'.repeat(61))).toBe(`“${'x'.repeat(60)}…”`);
		expect(shown(['n/a'])).toBe('["n/a"]');
	});

	test('whole numbers survive every way of writing them', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: -LARGEST_QUANTITY, max: LARGEST_QUANTITY }),
				fc.constantFrom('', ' ', '\t', '\u00a0'),
				fc.constantFrom('', '.0', '.00'),
				fc.constantFrom('', "'"),
				(number, space, decimals, apostrophe) => {
					const value = number === 0 ? 0 : number;
					expect(parseQuantity(number)).toStrictEqual({ kind: 'value', value });
					const text = `${space}${apostrophe}${number}${decimals}${space}`;
					expect(parseQuantity(text)).toStrictEqual({ kind: 'value', value });
				},
			),
		);
	});

	test('nothing but a whole number within bounds ever becomes a value', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), fc.string(), fc.double()), (cell) => {
				const parsed = parseQuantity(cell);
				if (parsed.kind !== 'value') return;
				expect(Number.isSafeInteger(parsed.value)).toBe(true);
				expect(Math.abs(parsed.value)).toBeLessThanOrEqual(LARGEST_QUANTITY);
				expect(['string', 'number']).toContain(typeof cell);
				expect(String(cell).trim()).not.toBe('');
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe('a SKU or an id', () => {
	test.each([
		['0017', '0017'],
		[' 85123A ', '85123A'],
		[17, '17'],
		[90.75, '90.75'],
		[90.75, '90.75'],
		[0, '0'],
		[-0, '0'],
		[-17, '-17'],
		[1e-7, '0.0000001'],
		[1.25e-9, '0.00000000125'],
		[-2.5e-8, '-0.000000025'],
		[Number.MAX_SAFE_INTEGER, '9007199254740991'],
		["'17", "'17"],
	])('a SKU or ID of %p is “%s”', (cell, value) => {
		expect(parseCode(cell)).toStrictEqual({ kind: 'value', value });
	});

	test.each([[2 ** 53], [1e21], [NaN], [Infinity], [true], [[]], [{}], [new Date(0)]])(
		'a SKU or ID of %p is refused',
		(cell) => {
			expect(parseCode(cell).kind).toBe('invalid');
		},
	);

	test.each([[''], [' '], [null], [undefined]])('a SKU of %j is blank', (cell) => {
		expect(parseCode(cell)).toStrictEqual({ kind: 'blank' });
	});

	test('a number is written without an exponent, and reads back as itself', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (number) => {
				const parsed = parseCode(number);
				expect(parsed.kind).toBe('value');
				if (parsed.kind !== 'value') return;
				expect(parsed.value).not.toMatch(/e/i);
				expect(Number(parsed.value)).toBe(number === 0 ? 0 : number);
			}),
		);
	});
});

describe('an idempotency key', () => {
	test.each([
		[' 1042/3 ', '1042/3'],
		[1042, '1042'],
		['k'.repeat(255), 'k'.repeat(255)],
	])('a key of %p is kept as text', (cell, value) => {
		expect(parseKey(cell)).toStrictEqual({ kind: 'value', value });
	});

	test.each([['k'.repeat(256)], [['a', 'b']], [{ order: 1 }], [true]])(
		'a key of %p is refused',
		(cell) => {
			expect(parseKey(cell).kind).toBe('invalid');
		},
	);

	test.each([256, 501])('%d characters are too many, and the most is named', (length) => {
		expect(parseKey('k'.repeat(length))).toMatchObject({
			problem: expect.stringContaining('longer than 255 characters'),
		});
	});

	test('a blank key is no key', () => {
		expect(parseKey('  ').kind).toBe('blank');
	});
});
