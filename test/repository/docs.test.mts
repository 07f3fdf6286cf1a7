/** The pages hold: links lead somewhere, commands and files exist, and options are those of the nodes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';
import { ROOT } from '../../tools/ready.mjs';
import { ACTIONS, MANIFEST, TRIGGERS } from '../support/manifest.mts';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const pagesIn = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { recursive: true })
		.map((name) => path.join(folder, String(name)))
		.filter((name) => name.endsWith('.md') && !name.includes('node_modules'));

const PAGES = [
	...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
	...['docs', 'examples', '.github'].flatMap(pagesIn),
];

/** Words and phrases that no page uses; docs/glossary.md has those that stand for them. */
const FOREIGN =
	/\b(anew|at the (most|least)|goes on|go on|otherwise than|less than nothing|tak(e|es|ing) their pieces away|pieces|brakes?|braked|pacers?|pacing|look-?alikes?|manners|shippers?|shipments?|settl(e|es|ed|ing|ement) (the|a|an|by|what|lost)|twins|steady|halts?|shelves|names? (a|an|no|the) (level|key|id)|this address leads)\b/gi;

/** Words that stand for nothing any more, in code as in pages: each thing has another. */
const RETIRED =
	/\b(shel(f|ves)|halt(s|ed)?|twins?|pieces?|anew|braked?|pacers?|manners|look-?alikes?|endings?)\b/g;

/** A page without its blocks of code. */
const prose = (page: string): string => page.replace(/^```[\s\S]*?^```/gm, '');

/** The anchors GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
	const seen = new Map<string, number>();
	return [...prose(page).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
		const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
		const slug = text
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
			.replace(/ /g, '-');
		const before = seen.get(slug) ?? 0;
		seen.set(slug, before + 1);
		return before === 0 ? slug : `${slug}-${before}`;
	});
}

function linksOf(page: string): string[] {
	const text = prose(page).replace(/`[^`]*`/g, '');
	const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, link]) => link);
	const sources = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, link]) => link);
	const named = [...text.matchAll(/^\[[^\]]+\]: *(\S+)/gm)].map(([, link]) => link);
	return [...inline, ...sources, ...named];
}

/** Why a link of a page leads nowhere, or null. Links to other sites are not followed. */
function fault(file: string, link: string): string | null {
	if (/^(https?:|mailto:)/.test(link)) return null;
	const [target, anchor] = link.split('#');
	const to = target === '' ? file : path.join(path.dirname(file), decodeURIComponent(target));
	if (!existsSync(path.join(ROOT, to))) return `${link}: there is no ${to}`;
	if (anchor === undefined) return null;
	return anchorsOf(read(to)).includes(anchor) ? null : `${link}: ${to} has no such heading`;
}

test('the check knows a link from a dead one', () => {
	expect(anchorsOf('# A `b` (c), d: e\n## What happens to …\n# A b c d e')).toStrictEqual([
		'a-b-c-d-e',
		'what-happens-to-',
		'a-b-c-d-e-1',
	]);
	expect(linksOf('[a](b.md#c) ![d](e.png "f")\n[g]: h\n```\n[i](j)\n```')).toStrictEqual([
		'b.md#c',
		'e.png',
		'h',
	]);
	expect(fault('README.md', 'docs/nowhere.md')).toContain('there is no');
	expect(fault('README.md', '#nowhere')).toContain('no such heading');
	expect(fault('README.md', 'docs/architecture.md#decisions')).toBeNull();
});

describe.each(PAGES)('%s', (file) => {
	const page = read(file);

	test('every link and picture leads somewhere', () => {
		expect(
			linksOf(page)
				.map((link) => fault(file, link))
				.filter(Boolean),
		).toStrictEqual([]);
	});

	test('every npm command exists', () => {
		const named = [...page.matchAll(/npm run (?:--\S+ )?([\w:-]+)|npm (test)\b/g)].map(
			([, script, test_]) => script ?? test_,
		);
		expect(named.filter((name) => MANIFEST.scripts[name] === undefined)).toStrictEqual([]);
	});

	test('every word is the field’s, and every phrase one a native reader would use', () => {
		const text = prose(page)
			.replace(/`[^`]*`/g, '')
			.replace(/\]\([^)]*\)/g, ']');
		expect(text.match(FOREIGN) ?? []).toStrictEqual([]);
	});

	test('every file of the project that is named exists', () => {
		const folders =
			'credentials|docs|examples|icons|inventory|n8n|nodes|platforms|sandbox|test|tools';
		const named = [...prose(page).matchAll(/`([^`\n]+)`/g)]
			.map(([, text]) => text)
			.filter((text) => new RegExp(`^(${folders})/[\\w./-]*\\w$`).test(text));
		const missing = named.filter(
			(name) =>
				!['', '.ts', '.mts', '.mjs', '.test.mts'].some((end) =>
					existsSync(path.join(ROOT, name + end)),
				),
		);
		expect(missing).toStrictEqual([]);
	});
});

test('no code uses a word that was given up for another', () => {
	const folders = 'bench credentials examples inventory n8n nodes platforms sandbox test tools';
	const files = folders
		.split(' ')
		.flatMap((folder) =>
			readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) =>
				path.join(folder, String(name)),
			),
		)
		.filter((name) => /\.m?[jt]s$/.test(name) && !name.includes('node_modules'))
		// This file names them.
		.filter((name) => !name.endsWith('docs.test.mts'));
	const found = files.flatMap((file) =>
		// The example of two shops has a name of its own.
		(read(file).replaceAll('one-shelf', '').match(RETIRED) ?? []).map((word) => `${file}: ${word}`),
	);
	expect(found).toStrictEqual([]);
});

/** The shipped sources, as one text. */
const sources = (): string =>
	['inventory', 'platforms', 'n8n', 'nodes', 'credentials']
		.flatMap((folder) =>
			readdirSync(path.join(ROOT, folder), { recursive: true }).map((name) =>
				path.join(folder, String(name)),
			),
		)
		.filter((name) => name.endsWith('.ts'))
		.map(read)
		.join('\n');

test('every message that the page on troubleshooting explains is one that the nodes give', () => {
	const [, byMessage] = read('docs/troubleshooting.md').split(/^## By message$/m);
	const messages = [...byMessage.matchAll(/^\| `([^`]+)`/gm)].map(([, message]) => message);
	expect(messages.length).toBeGreaterThan(20);
	const code = sources().replace(/\$\{[^}]*\}/g, '…');
	const services = /^(Webflow|Ecwid|RootFi) /;
	expect(
		messages.filter(
			(message) => !code.includes(message) && !code.includes(message.replace(services, '… ')),
		),
	).toStrictEqual([]);
});

describe('the pages list the options of the nodes, and no others', () => {
	const tableUnder = (page: string): string[] => {
		const part = read(page).split(/^## Options$/m)[1] ?? '';
		const table = part.split(/^#{2,3} /m)[0].match(/^\|.*$/gm) ?? [];
		return table.slice(2).map((row) => {
			const cells = row.split('|').map((cell) => cell.trim());
			// The services stand after the name, or after what the option does there.
			const services = /\(((Webflow|Ecwid|RootFi)(, \w+)*)\)$/.exec(cells.at(-2) as string);
			return services === null ? cells[1] : `${cells[1]} ${services[0]}`;
		});
	};
	/** `Reason, Reference` or `Notify Low Stock (Ecwid)`, as `Ecwid: Notify Low Stock` for each service that has it. */
	const listed = (page: string): string[] =>
		tableUnder(page)
			.flatMap((cell) => {
				const [, names, services] = /^(.+?)(?: \(([^)]*)\))?$/.exec(cell) as RegExpExecArray;
				const where = services?.split(', ') ?? ['Webflow', 'Ecwid', 'RootFi'];
				return names.split(', ').flatMap((name) => where.map((one) => `${one}: ${name}`));
			})
			.sort();
	const offered = (nodes: INodeType[]): string[] =>
		nodes
			.flatMap(({ description }) => {
				const options = description.properties.find(({ name }) => name === 'options')
					?.options as INodeProperties[];
				const [service] = description.displayName.split(' ');
				return options.map(
					({ displayName }) => `${service}: ${displayName.replace(/ \(.*\)$/, '')}`,
				);
			})
			.sort();

	test('the page on actions lists the options of the nodes, and no others', () => {
		expect(listed('docs/reference.md')).toStrictEqual(offered(ACTIONS));
	});

	test('the page on triggers lists the options of the nodes, and no others', () => {
		expect(listed('docs/triggers.md')).toStrictEqual(offered(TRIGGERS));
	});
});

/** A line of the package itself: service, rows, time relative to the HTTP Request node. */
const MEASURED = /^\| (\w+) +\| +(1000 \w+) +\| +\d+ % +\| this package +\| +([\d.]+) +\|/gm;

test('the page about speed says what was measured last', () => {
	const ratios = [...read('bench/results/results.md').matchAll(MEASURED)].map(
		([, service, rows, ratio]) => [`${service}, ${rows.replace('1000', '1,000')}`, ratio],
	);
	const told = [...read('docs/benchmark.md').matchAll(/^\| (\w+, 1,000 \w+) +\|(.+)\|$/gm)].flatMap(
		([, what, cells]) => cells.split('|').map((cell) => [what, cell.trim()]),
	);
	expect(told).toHaveLength(18);
	expect(told).toStrictEqual(ratios);
});
