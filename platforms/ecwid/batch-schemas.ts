/**
 * What is posted for a batch, and what its ticket returns.
 *
 * Source: docs.ecwid.com, batch requests.
 */
import { z } from 'zod';
import type { Change } from '../../inventory/model/change';
import { parseJson } from '../http/connection';
import { digest } from './batch-attempts';
import { updateRequest } from './update';

export const created = z.object({ ticket: z.string() }).transform(({ ticket }) => ticket);

const response = z.object({
	id: z.string().nullish(),
	status: z.string(),
	httpStatusCode: z.number().nullish(),
	httpBody: z.unknown(),
	escapedHttpBody: z.string().nullish(),
});
export type Response = z.infer<typeof response>;

export const progress = z.object({
	status: z.string(),
	completedRequests: z.number().nullish(),
	/** Parsed only once the batch is complete: a ticket may return them on every poll. */
	responses: z.unknown(),
});

export const complete = z.array(response).nullish();

export const deleted = z
	.object({ deleteCount: z.number() })
	.transform(({ deleteCount }) => deleteCount);

/** A request inside a batch. */
export interface BatchItem {
	id: string;
	path: string;
	method: 'PUT';
	body: unknown;
}

/** Whether every row of a change has a key, by which a later run can recognize it. */
export function isKeyed(change: Change): boolean {
	return change.kind === 'delta' && change.keys !== null;
}

/**
 * @param n The place of the change in its batch.
 * @param post Identifies this post of the batch: responses to an earlier one have another.
 */
export function itemFor(change: Change, n: number, post: string): BatchItem {
	const { path, query, body } = updateRequest(change);
	const text = new URLSearchParams(query ?? {}).toString();
	const keys = change.kind === 'delta' ? change.keys : null;
	return {
		id: `${n}-${digest(JSON.stringify([path, keys])).slice(0, 16)}-${post}`,
		path: text === '' ? path : `${path}?${text}`,
		method: 'PUT',
		body,
	};
}

/** Identifies the change that a response is about. */
export function placeOf(id: string): string {
	return id.split('-').slice(0, 2).join('-');
}

/** Identifies the post that a response belongs to. */
export function postOf(id: string | null | undefined): string {
	return (id ?? '').split('-')[2] ?? '';
}

export function bodyOf({ httpBody, escapedHttpBody }: Response): unknown {
	return escapedHttpBody == null ? httpBody : parseJson(escapedHttpBody);
}
