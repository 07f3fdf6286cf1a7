/**
 * What n8n's node search finds: run with n8n's own Node, as `node node-catalog.mjs FOLDER`, in whose `node_modules` n8n is.
 *
 * It reads `{ nodes, searches }` as JSON, puts these nodes beside all that n8n brings, tool variants included, and searches
 * with the code that n8n's workflow builder and its MCP server search with. It writes what they would be shown.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { json } from 'node:stream/consumers';

/** How many nodes n8n shows for a query. */
const SHOWN = 5;

const ofN8n = createRequire(path.join(process.argv[2], 'node_modules', 'n8n', 'package.json'));
ofN8n('reflect-metadata');
const { LazyPackageDirectoryLoader } = ofN8n('n8n-core');
const { NodeTypeParser, searchCodeBuilderNodes } = ofN8n('@n8n/ai-utilities/node-catalog');
const { isToolType } = ofN8n('n8n-workflow');
const { createAiTools, createHitlTools } = ofN8n('./dist/tool-generation/index.js');
const { synthesizeNodeTypeDef } = ofN8n('./dist/modules/mcp-registry/synthesize-type-def.js');

const { nodes: ours, searches } = await json(process.stdin);

/** All nodes of a package that n8n brings, named as in a workflow. */
async function nodesOf(packageName) {
	const folder = path.dirname(ofN8n.resolve(`${packageName}/package.json`));
	const loader = new LazyPackageDirectoryLoader(folder);
	await loader.loadAll();
	return loader.types.nodes.map((node) => ({ ...node, name: `${packageName}.${node.name}` }));
}

const nodes = [
	...(await nodesOf('n8n-nodes-base')),
	...(await nodesOf('@n8n/n8n-nodes-langchain')),
	...ours,
];
const known = { nodes: {}, credentials: {} };
createAiTools({ nodes }, known);
createHitlTools({ nodes }, known);

const parser = new NodeTypeParser(nodes);
const isOurs = ({ name }) => ours.some((node) => name.startsWith(node.name));
process.stdout.write(
	JSON.stringify({
		count: new Set(nodes.map(({ name }) => name)).size,
		found: searches.map(({ queries, toolsOnly }) => {
			const nodeFilter = toolsOnly ? (id) => isToolType(id, { includeHitl: false }) : undefined;
			return {
				lists: queries.map((query) =>
					parser.searchNodeTypes(query, SHOWN, nodeFilter).map(({ id }) => id),
				),
				text: searchCodeBuilderNodes(parser, queries, { nodeFilter }).results,
			};
		}),
		definitions: Object.fromEntries(
			nodes.filter(isOurs).map((node) => [node.name, synthesizeNodeTypeDef(node)]),
		),
	}),
);
