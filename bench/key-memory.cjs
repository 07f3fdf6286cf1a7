/**
 * The key memory of steps, in n8n's database: `node bench/key-memory.cjs fill <database> <workflow> <node>` fills the memory
 * of a step as if it had seen 20,000 keys, and counts from then on what n8n writes to it; `… written <database>` prints how
 * many bytes that are by now. Runs with the Node.js that n8n runs with, which has SQLite.
 */
'use strict';
const { createHash } = require('node:crypto');
const { DatabaseSync } = require('node:sqlite');

const TOKENS = 40_000;

const COUNTER = `
	CREATE TABLE IF NOT EXISTS bench_key_writes (bytes INTEGER);
	CREATE TRIGGER IF NOT EXISTS bench_count_key_writes AFTER UPDATE OF "value" ON processed_data
		BEGIN INSERT INTO bench_key_writes VALUES (length(NEW."value")); END;
`;

const [command, file, workflow, node] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec('PRAGMA busy_timeout = 10000');
if (command === 'fill') {
	const data = Array.from({ length: TOKENS }, (_, n) =>
		createHash('md5').update(`other ${n}`).digest('base64'),
	);
	database
		.prepare('INSERT INTO processed_data ("workflowId", "context", "value") VALUES (?, ?, ?)')
		.run(workflow, `n:${node}`, JSON.stringify({ mode: 'entries', data }));
	database.exec(COUNTER);
} else {
	const { bytes } = database.prepare('SELECT sum(bytes) AS bytes FROM bench_key_writes').get();
	console.log(bytes ?? 0);
}
database.close();
