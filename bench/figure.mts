/**
 * The plot of the README.
 */
import { BLIND_FIXED, cell, OPERATIONS, REMEMBERED, SHARES, type Cell } from './cells.mts';
import { plotSvg, type PlotBar } from './plot.mts';
import type { Results } from './results.mts';
import { LABELS, SERVICES } from '../test/support/services.mts';

/** The tone of a bar that is not ours. */
const FOREIGN = 3;

export function figure(results: Results): string {
	const groups = SERVICES.flatMap((service) =>
		OPERATIONS.map((operation) => {
			const bars: PlotBar[] = [];
			const add = (one: Cell, label: string, tone: number): void => {
				const [mine, rival] = [results.of(one), results.rival(one)];
				if (mine === undefined || rival === undefined) return;
				bars.push({ label, tone, value: mine.measured.wall / rival.measured.wall });
			};
			for (const [tone, share] of SHARES.entries()) {
				add(cell('package', service, [operation, share]), `${share * 100} % changed`, tone);
			}
			if (service === 'webflow' && operation === 'set') {
				add(REMEMBERED, '5 %, levels remembered', 1);
				add(BLIND_FIXED, '100 %, Check First off', 2);
			}
			add(cell('sdk', service, [operation, 1]), 'Webflow SDK', FOREIGN);
			return { title: `${LABELS[service]}, ${operation}s`, bars };
		}),
	);
	return plotSvg({
		title: 'Time for 1,000 rows',
		subtitle: 'n8n’s HTTP Request node at its best batching = 1; shorter is faster',
		unit: 'HTTP Request node',
		groups: groups.filter(({ bars }) => bars.length > 0),
	});
}
