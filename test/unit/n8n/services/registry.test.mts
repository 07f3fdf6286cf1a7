/** The registry is the one list of services; what cannot be made from it is held against it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '../../../../n8n/services/registry.ts';
import { Sandbox, SERVICES as PLAYED } from '../../../../sandbox/sandbox.mts';
import { SHOPS } from '../../../support/shops.mts';

const ROOT = join(__dirname, '../../../..');
const { n8n } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

test.each(SERVICES.map((service) => [service.name, service] as const))(
	'%s has a folder, a node, a credential, a sandbox and a place in the conformance suite',
	(name, { label }) => {
		const node = `${label[0]}${label.slice(1).toLowerCase()}Inventory`;
		expect(existsSync(join(ROOT, 'platforms', name))).toBe(true);
		expect(n8n.nodes).toContain(`dist/nodes/${node}/${node}.node.js`);
		expect(n8n.nodes).toContain(`dist/nodes/${node}Trigger/${node}Trigger.node.js`);
		expect(n8n.credentials).toContain(`dist/credentials/${node}Api.credentials.js`);
		expect(new Sandbox()[name].stock()).not.toStrictEqual([]);
		expect(Object.values(SHOPS).map(({ service }) => service)).toContain(name);
	},
);

test('nothing else is a service: neither the sandbox nor the conformance suite knows another', () => {
	const known = SERVICES.map(({ name }) => name);
	expect(PLAYED).toStrictEqual(known);
	expect([...new Set(Object.values(SHOPS).map(({ service }) => service))]).toStrictEqual(known);
});
