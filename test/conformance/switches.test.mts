/**
 * Every switch of the sandbox, for what the services' documents leave open: each position alone, and every two positions
 * of two switches together.
 *
 * A battery of small runs meets each. What a service does differs from position to position; what may not differ is that a
 * delta is applied at most once, and that the report agrees with the stock.
 */
import { type ServiceName } from '../../sandbox/sandbox.mts';
import type { ShopName } from '../support/shops.mts';
import { type Setting, SERVICES, DEFAULTS, isDefault, labelOf } from './switches/positions.mts';
import { type Scenario, SCENARIOS } from './switches/scenarios.mts';
import { ALONE, TOGETHER, expected } from './switches/expected.mts';
import { type Stage, play } from './switches/play.mts';

/** Plays scenarios; returns what is wrong: lies, and results that are not the expected ones. */
async function battery(stage: Stage, scenarios: Map<Scenario, string>): Promise<string[]> {
	const wrong: string[] = [];
	for (const [scenario, ends] of scenarios) {
		const played = await play(stage, scenario);
		wrong.push(...played.lies);
		if (played.ends !== ends) wrong.push(`${scenario.name}: ends ${played.ends}, not ${ends}`);
	}
	return wrong;
}

/** Plays what is played where two switches meet. Each row ends as at the defaults, or as at one of the two alone. */
async function meet(
	service: ServiceName,
	dialect: ShopName,
	first: Setting,
	second: Setting,
): Promise<string[]> {
	const pair = `${labelOf(first)} + ${labelOf(second)}`;
	const switches = { [first.name]: first.position, [second.name]: second.position };
	const among = [undefined, first, second].map((setting) => expected(service, setting));
	const wrong: string[] = [];
	for (const scenario of among[0].keys()) {
		if (scenario.alone) continue;
		const { ends, lies } = await play({ service, dialect, switches }, scenario);
		wrong.push(...lies.map((lie) => `${pair}: ${lie}`));
		const known = among.map((one) => (one.get(scenario) as string).split(' '));
		const fits = ends.split(' ').every((status, n) => known.some((one) => one[n] === status));
		const mayEnd = TOGETHER[`${service} ${pair}`]?.[scenario.name];
		if (!fits && ends !== mayEnd) wrong.push(`${pair}: ${scenario.name}: ends ${ends}`);
	}
	return wrong;
}

jest.setTimeout(60_000);

describe.each(SERVICES)('$dialect', ({ dialect, service, settings }) => {
	test('every scenario ends as expected with the switches at their defaults', async () => {
		expect(await battery({ service, dialect, switches: {} }, expected(service))).toStrictEqual([]);
	});

	test.each(settings)('every scenario ends as expected with $name: $position', async (setting) => {
		const stage = { service, dialect, switches: { [setting.name]: setting.position } };
		expect(await battery(stage, expected(service, setting))).toStrictEqual([]);
	});

	const changed = settings.filter((setting) => !isDefault(service, setting));
	const names = [...new Set(changed.map(({ name }) => name))];
	test.each(names.slice(0, -1))(
		'every scenario ends as expected with %s and each switch after it',
		async (name) => {
			const later = changed.filter((setting) => names.indexOf(setting.name) > names.indexOf(name));
			const wrong: string[] = [];
			for (const first of changed.filter((setting) => setting.name === name)) {
				for (const second of later) wrong.push(...(await meet(service, dialect, first, second)));
			}
			expect(wrong).toStrictEqual([]);
		},
	);
});

test('the tables name every default, and nothing that is not there', () => {
	const scenarios = SCENARIOS.map(({ name }) => name);
	const changed: string[] = [];
	for (const { service, settings } of SERVICES) {
		const atDefault = settings.filter((setting) => isDefault(service, setting));
		expect(atDefault.map(({ name }) => name)).toStrictEqual(Object.keys(DEFAULTS[service]));
		changed.push(...settings.map((setting) => `${service} ${labelOf(setting)}`));
	}
	for (const [pair, ends] of Object.entries(TOGETHER)) {
		const [first, second] = pair.split(' + ');
		expect(changed).toEqual(expect.arrayContaining([first, `${first.split(' ')[0]} ${second}`]));
		expect(scenarios).toEqual(expect.arrayContaining(Object.keys(ends)));
	}
	expect(changed).toEqual(expect.arrayContaining(Object.keys(ALONE)));
	for (const { but } of Object.values(ALONE)) {
		expect(scenarios).toEqual(expect.arrayContaining(Object.keys(but ?? {})));
	}
});
