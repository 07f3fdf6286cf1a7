import { parseRunOptions } from '../../../../inventory/rows/options.ts';

describe('options of a run', () => {
	test('options of a run have the defaults of the contract', () => {
		expect(parseRunOptions({})).toStrictEqual({
			options: {
				dryRun: false,
				checkFirst: true,
				sameItemRows: 'combine',
				massZeroLimit: 50,
				numberFormat: 'plain',
				trustRememberedMinutes: 0,
			},
			fault: null,
		});
	});

	test('a text that is not a switch does not count as one: "false" is not true', () => {
		expect(parseRunOptions({ dryRun: 'true', checkFirst: 'false' }).options).toMatchObject({
			dryRun: true,
			checkFirst: false,
		});
		expect(parseRunOptions({ dryRun: 'no' }).fault).toContain(
			'Dry Run “no” is neither true nor false',
		);
	});

	test.each([
		[{ massZeroLimit: 101 }, 'Mass Zero Limit 101 is not between 0 and 100'],
		[{ massZeroLimit: 'half' }, 'Mass Zero Limit “half” is not a number'],
		[{ trustRememberedMinutes: -1 }, 'Trust Remembered Levels (Minutes) -1 is not 0 or more'],
		[{ sameItemRows: 'first' }, 'Rows of the Same Item “first” is not one of its choices'],
	])('%j as options stops the run', (options, words) => {
		expect(parseRunOptions(options).fault).toContain(words);
	});

	test('a number may come as text, and a blank is the default', () => {
		const limit = (massZeroLimit: unknown) => {
			const { options, fault } = parseRunOptions({ massZeroLimit });
			return fault ?? options.massZeroLimit;
		};
		expect(limit('40')).toBe(40);
		expect(limit('')).toBe(50);
		expect(limit(null)).toBe(50);
		expect(limit(' ')).toContain('is not a number');
		expect(limit([])).toContain('is not a number');
	});
});
