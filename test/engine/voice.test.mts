/** n8n's guidelines for what people read: labels, descriptions, placeholders, and how a node is found. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { ROOT } from '../../tools/ready.mjs';
import { ACTIONS, CREDENTIALS, NODES } from '../support/manifest.mts';

/** A field, a choice or a mode, as people read it. */
interface Text {
	where: string;
	/** Undefined for a notice, whose label is its text. */
	label: string | undefined;
	notice?: string;
	description?: string;
	hint?: string;
	placeholder?: string;
	action?: string;
	type?: string;
	fields: Text[];
	choices: string[];
}

type Property = INodeProperties & {
	modes?: Array<{ displayName: string; hint?: string; placeholder?: string }>;
	action?: string;
};

function textsOf(properties: INodeProperties[], above: string): Text[] {
	return (properties as Property[]).map((property) => {
		const label = property.displayName ?? property.name;
		const inner = [...(property.options ?? []), ...(property.modes ?? [])] as INodeProperties[];
		const where = `${above} > ${label}`;
		return {
			where,
			label: property.type === 'notice' ? undefined : label,
			notice: property.type === 'notice' ? label : undefined,
			description: property.description,
			hint: property.hint,
			placeholder: property.placeholder,
			action: property.action,
			type: property.type,
			fields: textsOf(inner, where),
			choices: (property.options ?? []).map(
				(one) => ('displayName' in one ? one.displayName : one.name) ?? '',
			),
		};
	});
}

const everyText = (texts: Text[]): Text[] =>
	texts.flatMap((text) => [text, ...everyText(text.fields)]);

const ALL: Text[] = everyText([
	...NODES.flatMap(({ description }) => textsOf(description.properties, description.displayName)),
	...CREDENTIALS.flatMap(({ properties, displayName }) => textsOf(properties, displayName)),
]);

/** Small words that stay small within a title. */
const SMALL = new Set([
	'a',
	'an',
	'and',
	'at',
	'by',
	'for',
	'from',
	'if',
	'in',
	'is',
	'of',
	'on',
	'or',
	'per',
	'the',
	'to',
]);

/** The words of a label that should start with a capital and do not; a version such as v2 is one word of its own. */
function lowered(label: string): string[] {
	const words = label.split(/[\s(]+/).filter((word) => word !== '');
	return words.filter(
		(word, n) => /^[a-z]/.test(word) && !/^v\d/.test(word) && (n === 0 || !SMALL.has(word)),
	);
}

/** Full stops inside a text end a sentence where a new one begins; "1.5" and "e.g." do not. */
const sentences = (text: string): number => text.split(/[.!?] (?=[A-Z0-9“])/).length;

/** Words of people who build nodes, for which there is one of people who sell things. */
const JARGON =
	/\b(JSON|boolean|payload|endpoint|null|undefined|string|array|param(eter)?s?|enum|callback|mutex|regex|SDK|async|upsert|PUT|PATCH|GET)\b/;

const faults = (check: (text: Text) => boolean): string[] =>
	ALL.filter((text) => !check(text)).map(({ where }) => where);

test('the check of labels and messages finds something to look at', () => {
	expect(ALL.length).toBeGreaterThan(150);
	expect(lowered('Rows of the same Item')).toStrictEqual(['same']);
	expect([sentences('One'), sentences('One. Two.'), sentences('Fails 1.5, e.g. this')]).toEqual([
		1, 2, 1,
	]);
});

test('labels are in title case', () => {
	expect(faults(({ label }) => label === undefined || lowered(label).length === 0)).toStrictEqual(
		[],
	);
});

test('descriptions, hints and notices are sentences: one without a full stop, several with', () => {
	const isSentence = (text: string | undefined): boolean =>
		text === undefined ||
		(/^[A-Z0-9]/.test(text) && text === text.trim() && text.endsWith('.') === sentences(text) > 1);
	expect(
		faults(({ description, hint, notice }) => [description, hint, notice].every(isSentence)),
	).toStrictEqual([]);
});

test('a description says more than the label', () => {
	expect(
		faults(
			({ label, description }) =>
				description?.toLowerCase() !== label?.toLowerCase() || label === undefined,
		),
	).toStrictEqual([]);
});

test('switches start with Whether', () => {
	expect(
		faults(
			({ type, description }) => type !== 'boolean' || description?.startsWith('Whether ') === true,
		),
	).toStrictEqual([]);
});

test('placeholders are examples', () => {
	expect(
		faults(
			({ type, placeholder }) =>
				placeholder === undefined ||
				(type === 'collection' ? placeholder === 'Add option' : placeholder.startsWith('e.g. ')),
		),
	).toStrictEqual([]);
});

test('choices and collections are in the order of the alphabet', () => {
	expect(
		faults(
			({ choices }) =>
				choices.join() === [...choices].sort((a, b) => a.localeCompare(b)).join() ||
				choices.some((choice) => /^v\d/.test(choice)),
		),
	).toStrictEqual([]);
});

test('no text expects people to know how nodes are built, and there are no emojis', () => {
	const said = ({ label, description, hint, notice }: Text): string =>
		[label, description, hint, notice].join(' ');
	expect(
		faults((text) => !JARGON.test(said(text)) && !/\p{Extended_Pictographic}/u.test(said(text))),
	).toStrictEqual([]);
});

test('actions are sentences that name what is done to what', () => {
	const actions = ALL.map(({ action }) => action).filter((action) => action !== undefined);
	expect(actions.length).toBeGreaterThan(4 * ACTIONS.length);
	for (const action of actions) expect(action).toMatch(/^[A-Z][a-z ]+$/);
	for (const action of actions) expect(action).toMatch(/\bstock\b/);
	for (const action of actions) expect(action).not.toMatch(/\b(a|an|the)\b/);
});

/** Categories n8n's node panel knows. */
const CATEGORIES = ['Sales', 'Data & Storage'];

describe.each(NODES.map((node) => [node.description.displayName, node] as const))(
	'%s',
	(label, node) => {
		const { name, defaults, subtitle, description, icon } = node.description;
		const folder = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

		test('the node has a name, a subtitle, a description and two icons', () => {
			expect(defaults.name).toBe(label);
			expect(subtitle).toMatch(/^=\{\{.*\}\}$/);
			expect(description).toMatch(/^[A-Z].*[^.]$/);
			const { light, dark } = icon as { light: string; dark: string };
			for (const file of [light, dark]) {
				expect(existsSync(path.join(ROOT, 'nodes', folder, file.replace('file:', '')))).toBe(true);
			}
		});

		test('the node is found by what a shop owner would type, and links to a page that is there', () => {
			const codex = JSON.parse(
				readFileSync(path.join(ROOT, 'nodes', folder, `${folder}.node.json`), 'utf8'),
			) as {
				node: string;
				nodeVersion: string;
				codexVersion: string;
				categories: string[];
				alias: string[];
				resources: Record<string, Array<{ url: string }>>;
			};
			expect(codex).toMatchObject({
				node: `n8n-nodes-inventory-sync.${name}`,
				nodeVersion: '1.0',
				codexVersion: '1.0',
				categories: CATEGORIES,
			});
			for (const word of ['stock', 'inventory', 'quantity', 'warehouse', 'sku', 'sync', 'restock'])
				expect(codex.alias).toContain(word);
			expect(new Set(codex.alias).size).toBe(codex.alias.length);
			const { primaryDocumentation, credentialDocumentation } = codex.resources;
			for (const { url } of [...primaryDocumentation, ...credentialDocumentation]) {
				expect(url).toMatch(
					/^https:\/\/github\.com\/inventory-sync\/n8n-nodes-inventory-sync(#readme|\/blob\/main\/docs\/credentials\.md)$/,
				);
			}
		});
	},
);

describe.each(CREDENTIALS.map((credential) => [credential.displayName, credential] as const))(
	'%s',
	(label, credential) => {
		test('the credential has a name that fits, icons, a test and a page that explains it', () => {
			expect(label).toMatch(/ API$/);
			expect(credential.name).toMatch(/Api$/);
			// Signing in is the test of OAuth2.
			if (!credential.extends?.includes('oAuth2Api')) expect(credential.test).toBeDefined();
			expect(credential.documentationUrl).toMatch(/^https:\/\//);
			const { light, dark } = credential.icon as { light: string; dark: string };
			for (const file of [light, dark])
				expect(existsSync(path.join(ROOT, 'credentials', file.replace('file:', '')))).toBe(true);
		});
	},
);
