/** What a release is refused for. */
import { PLACEHOLDER_ORGANIZATION, placeholdersIn } from '../../tools/placeholders.mjs';

test.each([
	['the placeholder organization', `"homepage": "https://${PLACEHOLDER_ORGANIZATION}nodes"`],
	['an e-mail address under .example', '"email": "team@inventory-sync.example"'],
	['a web address under .example', 'See https://shop.example/help'],
])('a package that names %s is not released', (_, line) => {
	expect(placeholdersIn('file', `first\n${line}`)).toStrictEqual([`file:2: ${line}`]);
});

test.each(['"email": "someone@shop.com"', 'https://github.com/n8n-io/n8n', 'an example.'])(
	'a package that names %s is released',
	(line) => {
		expect(placeholdersIn('file', line)).toStrictEqual([]);
	},
);
