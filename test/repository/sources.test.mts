/** What the sources of the package may hold, beside what they may import (.dependency-cruiser.mjs). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../tools/ready.mjs';

const sourcesIn = (folder: string): string[] =>
	readdirSync(path.join(ROOT, folder), { recursive: true })
		.map((name) => path.join(folder, String(name)))
		.filter((name) => name.endsWith('.ts'));

const DOMAIN = sourcesIn('inventory');
const SHIPPED = ['credentials', 'inventory', 'n8n', 'nodes', 'platforms'].flatMap(sourcesIn);

const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const parse = (file: string, text: string): ts.SourceFile =>
	ts.createSourceFile(file, text, ts.ScriptTarget.Latest);

/** The code of a file without its comments, which may well say what a service does. */
function codeOf(file: string): string {
	return ts.createPrinter({ removeComments: true }).printFile(parse(file, textOf(file)));
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

/** The functions, methods and types of functions in a file that take more than `most` parameters, by their line. */
function longSignatures(file: string, text: string, most: number): string[] {
	const source = parse(file, text);
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		// `this` only says what n8n calls the function on.
		const parameters = ts.isFunctionLike(node)
			? node.parameters.filter(({ name }) => name.getText(source) !== 'this')
			: [];
		if (parameters.length > most) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
			found.push(`${file}:${line + 1}`);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

test('the check counts the parameters of functions of every kind, but not this', () => {
	const text = 'const a = (b, c) => b;\nclass D {\n\te(this: D, f) {}\n\tg(h, i) {}\n}\n';
	expect(longSignatures('some.ts', text, 1)).toStrictEqual(['some.ts:1', 'some.ts:4']);
});

test('no function of the package takes more than four parameters', () => {
	const found = SHIPPED.flatMap((file) => longSignatures(file, textOf(file), 4));
	expect(found).toStrictEqual([]);
});

test('no file of the package is longer than 300 lines', () => {
	const long = SHIPPED.filter((file) => textOf(file).trimEnd().split('\n').length > 300);
	expect(long).toStrictEqual([]);
});
