/** `npm run sandbox -- --port 4010`: the three services alone, until Ctrl+C. */
import { parseArgs } from 'node:util';
import { ECWID_STORE_ID, ECWID_TOKEN } from './ecwid/ecwid.mts';
import { ROOTFI_KEY } from './rootfi/rootfi.mts';
import { startSandbox } from './server.mts';
import { WEBFLOW_TOKEN } from './webflow/webflow.mts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4010' } } });
const { url } = await startSandbox(Number(values.port));

console.log(`The stock of all three shops: ${url}

Webflow  Base URL ${url}/webflow     Access Token ${WEBFLOW_TOKEN}
Ecwid    Base URL ${url}/ecwid       Store ID ${ECWID_STORE_ID}  Access Token ${ECWID_TOKEN}
RootFi   Base URL ${url}/rootfi/v4   API Key ${ROOTFI_KEY}`);
