/** What a developer writes with Webflow's SDK; see sdk.mts. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Operation, Row } from '../rows.mts';

export interface ScriptTask {
	sdk: string;
	baseUrl: string;
	token: string;
	collection: string;
	operation: Operation;
	rows: Row[];
}

export interface ScriptReport {
	/** Milliseconds by the fast clock. */
	wall: number;
	/** Milliseconds of processor time. */
	cpu: number;
	/** Bytes. */
	peak: number;
	/** Rows whose call failed in the end. */
	failed: number;
}

interface Sdk {
	WebflowClient: new (options: object) => {
		inventory: {
			update(collection: string, sku: string, change: object): Promise<unknown>;
		};
	};
}

const task = JSON.parse(readFileSync(process.argv[2], 'utf8')) as ScriptTask;
const { WebflowClient } = createRequire(import.meta.url)(task.sdk) as Sdk;
const url = task.baseUrl;
const client = new WebflowClient({
	accessToken: task.token,
	environment: { base: url, dataApi: url, contentDeliveryApi: url },
});

const startedAt = Date.now();
const before = process.cpuUsage();
let failed = 0;
for (const { id, amount } of task.rows) {
	const change = task.operation === 'set' ? { quantity: amount } : { updateQuantity: amount };
	try {
		await client.inventory.update(task.collection, id, { inventoryType: 'finite', ...change });
	} catch {
		failed += 1;
	}
}
const { user, system } = process.cpuUsage(before);
const report: ScriptReport = {
	wall: Date.now() - startedAt,
	cpu: (user + system) / 1_000,
	peak: process.resourceUsage().maxRSS * 1_024,
	failed,
};
process.stdout.write(JSON.stringify(report));
