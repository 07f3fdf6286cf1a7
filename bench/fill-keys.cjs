/**
 * Fills the key memory of a step as if it had seen 20,000 keys: `node bench/fill-keys.cjs <database> <workflow> <node>`.
 * Runs with the Node.js that n8n runs with, which has SQLite.
 */
'use strict';
const { createHash } = require('node:crypto');
const { DatabaseSync } = require('node:sqlite');

const TOKENS = 40_000;

const [file, workflow, node] = process.argv.slice(2);
const data = Array.from({ length: TOKENS }, (_, n) =>
	createHash('md5').update(`other ${n}`).digest('base64'),
);
const database = new DatabaseSync(file);
database.exec('PRAGMA busy_timeout = 10000');
database
	.prepare('INSERT INTO processed_data ("workflowId", "context", "value") VALUES (?, ?, ?)')
	.run(workflow, `n:${node}`, JSON.stringify({ mode: 'entries', data }));
database.close();
