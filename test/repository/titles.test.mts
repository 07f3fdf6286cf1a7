/** Titles of tests: a failure report shows them alone, so each is a whole sentence of behavior. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../tools/ready.mjs';

const FILES = readdirSync(path.join(ROOT, 'test'), { recursive: true })
	.map(String)
	.filter((name) => name.endsWith('.test.mts') && !name.includes('node_modules'));

/** A sentence does not begin with what it says of a subject that stands in the name of a group. */
const HALF =
	/^(is|are|was|were|has|have|had|can|cannot|may|must|does|do|that|which|whose|because|and|or|but)\b/;

const isWhole = (title: string): boolean => !HALF.test(title) && title.split(' ').length >= 3;

/** The titles in a file of tests, not those of its groups. */
function titlesIn(file: string, text: string): string[] {
	const titles: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && /^test\b/.test(node.expression.getText())) {
			const [title] = node.arguments;
			if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
	return titles;
}

test('the check knows half a sentence from a whole one', () => {
	const some =
		"describe('a row', () => { test('is sent', f); test.each([1])('%d rows are sent', f); });";
	expect(titlesIn('some.mts', some)).toStrictEqual(['is sent', '%d rows are sent']);
	expect(['is sent', 'a limit', 'that was lost is unknown'].some(isWhole)).toBe(false);
	expect(isWhole('a row that was lost is unknown')).toBe(true);
});

test('every title of a test is a whole sentence', () => {
	const half = FILES.flatMap((file) =>
		titlesIn(file, readFileSync(path.join(ROOT, 'test', file), 'utf8'))
			.filter((title) => !isWhole(title))
			.map((title) => `${file}: ${title}`),
	);
	expect(half).toStrictEqual([]);
});
