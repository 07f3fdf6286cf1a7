/**
 * n8n's own HTTP Request node as a careful person sets it up: the ids are there already, the batching keeps just under
 * the limit, deltas go to the endpoint that adds where there is one.
 */
import type { IDataObject } from 'n8n-workflow';
import type { Limit } from '../../sandbox/limits.mts';
import { ECWID_STORE_ID } from '../../sandbox/ecwid/ecwid.mts';
import type { ServiceName } from '../../sandbox/sandbox.mts';
import { SKU_COLLECTION_ID } from '../../sandbox/webflow/ids.mts';
import type { Step } from '../host.mts';
import type { Operation } from '../rows.mts';

/** How lost answers are met: their rows are sent again, or n8n runs the node again, or nothing is done. */
export type Recovery = 'none' | 'errorsAgain' | 'retryOnFail';

interface Call {
	method: string;
	path: string;
	/** An expression; none for a reading. */
	body?: string;
}

/** What each service is asked for one row, in turn. */
const CALLS: Record<ServiceName, Record<Operation, Call[]>> = {
	webflow: {
		set: [webflow("{ inventoryType: 'finite', quantity: $json.amount }")],
		delta: [webflow("{ inventoryType: 'finite', updateQuantity: $json.amount }")],
	},
	ecwid: {
		set: [
			{
				method: 'PUT',
				path: `/api/v3/${ECWID_STORE_ID}/products/{{ $json.id }}`,
				body: '{ quantity: $json.amount }',
			},
		],
		delta: [
			{
				method: 'PUT',
				path: `/api/v3/${ECWID_STORE_ID}/products/{{ $json.id }}/inventory`,
				body: '{ quantityDelta: $json.amount }',
			},
		],
	},
	// RootFi cannot add: the level is read, and the sum is written.
	rootfi: {
		set: [rootfi('$json.id', '$json.amount')],
		delta: [
			{ method: 'GET', path: '/ecommerce/inventories/{{ $json.id }}' },
			rootfi(
				"$('One Item a Row').item.json.id",
				"$json.quantity + $('One Item a Row').item.json.amount",
			),
		],
	},
};

function webflow(body: string): Call {
	const path = `/v2/collections/${SKU_COLLECTION_ID}/items/{{ $json.id }}/inventory`;
	return { method: 'PATCH', path, body };
}

function rootfi(id: string, quantity: string): Call {
	return {
		method: 'PUT',
		path: `/ecommerce/inventories/{{ ${id} }}`,
		body: `{ data: [{ quantity: ${quantity} }] }`,
	};
}

export interface Account {
	baseUrl: string;
	/** The id of a Header Auth credential. */
	credential: string;
}

export function httpRequestSteps(
	service: ServiceName,
	operation: Operation,
	{ baseUrl, credential, limit }: Account & { limit: Limit },
	recovery: Recovery = 'none',
): Step[] {
	const calls = CALLS[service][operation];
	// What is sent again comes from a node of its own.
	const nodes = calls.length + (recovery === 'errorsAgain' ? 1 : 0);
	const steps = calls.map((call, n): Step => ({
		name: calls.length === 1 ? 'Request' : `Request ${n + 1}`,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.3,
		parameters: {
			method: call.method,
			url: `=${baseUrl}${call.path}`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			...bodyOf(call),
			options: { batching: { batch: batching(limit, nodes) } },
		},
		credentials: { httpHeaderAuth: { id: credential, name: service } },
		...(recovery === 'retryOnFail'
			? { retryOnFail: true, maxTries: 3, waitBetweenTries: 5_000 }
			: {}),
	}));
	if (recovery !== 'errorsAgain') return steps;
	const write = steps[steps.length - 1];
	const again = { ...write, name: 'Request Again', takesErrors: true };
	return [...steps.slice(0, -1), { ...write, onError: 'continueErrorOutput' }, again];
}

function bodyOf({ body }: Call): IDataObject {
	if (body === undefined) return {};
	return { sendBody: true, specifyBody: 'json', jsonBody: `={{ JSON.stringify(${body}) }}` };
}

/** How many batches a window is divided into. */
const BATCHES_A_WINDOW = 20;

/** Milliseconds by which a batch is later than the limit asks for, so that no answer is a 429. */
const MARGIN = 5;

/**
 * Batches of a twentieth of the limit. The second of two nodes begins at once where the first has ended: then a window
 * has to have room for one batch more.
 */
export function batching({ requests, windowMs }: Limit, nodes: number): IDataObject {
	const intervals = BATCHES_A_WINDOW - (nodes - 1);
	return {
		batchSize: requests / BATCHES_A_WINDOW,
		batchInterval: Math.ceil(windowMs / intervals) + MARGIN,
	};
}
