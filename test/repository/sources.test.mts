/** What the sources of the package may hold, beside what they may import (.dependency-cruiser.mjs). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../tools/ready.mjs';

const DOMAIN = readdirSync(path.join(ROOT, 'inventory'), { recursive: true })
	.map((name) => path.join('inventory', String(name)))
	.filter((name) => name.endsWith('.ts'));

/** The code of a file without its comments, which may well say what a service does. */
function codeOf(file: string): string {
	const source = ts.createSourceFile(
		file,
		readFileSync(path.join(ROOT, file), 'utf8'),
		ts.ScriptTarget.Latest,
	);
	return ts.createPrinter({ removeComments: true }).printFile(source);
}

/** The lines of the domain's code in which this stands. */
const inDomain = (what: RegExp): string[] =>
	DOMAIN.flatMap((file) =>
		codeOf(file)
			.split('\n')
			.filter((line) => what.test(line))
			.map((line) => `${file}: ${line.trim()}`),
	);

test('the domain names no service, so that a fourth needs no change in it', () => {
	expect(inDomain(/webflow|ecwid|rootfi/i)).toStrictEqual([]);
});

test('the domain knows no HTTP and none of its status codes', () => {
	expect(inDomain(/\bhttp|(===|!==|case|>=|<) [345]\d\d\b/i)).toStrictEqual([]);
});

test('the domain has no clock and no randomness of its own', () => {
	expect(
		inDomain(/Date\.now|new Date\(\)|performance\.|Math\.random|randomUUID|setTimeout/),
	).toStrictEqual([]);
});
