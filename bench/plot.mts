/**
 * The plot of the README: the time each run takes, with that of n8n's HTTP Request node as 1.
 */
export interface PlotBar {
	label: string;
	value: number;
	/** Index of the color. */
	tone: number;
}

export interface PlotGroup {
	title: string;
	bars: PlotBar[];
}

export interface Plot {
	title: string;
	subtitle: string;
	/** What the line at 1 stands for. */
	unit: string;
	groups: PlotGroup[];
}

const WIDTH = 760;
const LEFT = 270;
const RIGHT = 60;
const TOP = 92;
const BAR = 13;
const GAP = 4;
const GROUP_GAP = 16;
const TONES = ['#8fc1b5', '#4f9d8c', '#1f6f5f', '#afb8c1'];
const INK = '#24292f';
const QUIET = '#6e7781';

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function text(x: number, y: number, words: string, more = ''): string {
	return `<text x="${round(x)}" y="${round(y)}" ${more}>${escape(words)}</text>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Horizontal bars in groups, a line at 1, and each value beside its bar. */
export function plotSvg({ title, subtitle, unit, groups }: Plot): string {
	const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
	const x = (value: number): number => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
	const parts: string[] = [];
	let y = TOP;
	for (const group of groups) {
		const height = group.bars.length * (BAR + GAP) - GAP;
		parts.push(
			text(16, y + height / 2 + 4, group.title, `fill="${INK}" font-size="13" font-weight="600"`),
		);
		for (const { label, value, tone } of group.bars) {
			const width = Math.max(x(value) - LEFT, 1);
			parts.push(
				text(LEFT - 8, y + BAR - 3, label, `fill="${QUIET}" font-size="11" text-anchor="end"`),
				`<rect x="${LEFT}" y="${y}" width="${round(width)}" height="${BAR}" rx="2" fill="${TONES[tone % TONES.length]}"/>`,
				text(
					LEFT + width + 5,
					y + BAR - 3,
					value < 10 ? value.toFixed(2) : value.toFixed(0),
					`fill="${INK}" font-size="11"`,
				),
			);
			y += BAR + GAP;
		}
		y += GROUP_GAP;
	}
	const height = y + 4;
	const line = `<line x1="${round(x(1))}" y1="${TOP - 12}" x2="${round(x(1))}" y2="${y - GROUP_GAP}" stroke="${QUIET}" stroke-dasharray="3 3"/>`;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escape(title)}">
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
${text(16, 30, title, `fill="${INK}" font-size="16" font-weight="600"`)}
${text(16, 50, subtitle, `fill="${QUIET}" font-size="12"`)}
${text(x(1), TOP - 18, unit, `fill="${QUIET}" font-size="11" text-anchor="middle"`)}
${line}
${parts.join('\n')}
</svg>
`;
}
