/**
 * Faults become n8n's errors here and nowhere else: what happened is the message, how to get unstuck the description.
 *
 * No `itemIndex` is set: n8n would append it to the message, counted from 0, next to a row number that is counted from
 * 1.
 */
import type { INode, JsonObject, NodeError } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Problem } from '../../platforms/http/problems';

export interface Details {
	/** Added to the advice. */
	description?: string;
	/** Result rows, for people who look at the failed execution. */
	results?: unknown[];
	/** How n8n's polling schedule should treat it. */
	failure?: Failure;
}

type Failure = NonNullable<NodeError['failure']>;

/** Whether, and when, it makes sense to poll again. */
function failureOf({ httpStatus, until }: Problem): Failure | undefined {
	if (until !== undefined) return { cause: 'rate-limited', resetsAtEpochMs: until };
	switch (httpStatus) {
		case 429:
			return { cause: 'rate-limited' };
		case 401:
		case 402:
		case 403:
			return { cause: 'credential-invalid' };
	}
	const isDown = httpStatus !== undefined && httpStatus >= 500;
	return isDown ? { cause: 'temporarily-unavailable' } : undefined;
}

/** An error for what stops a whole run. */
export function faultError(node: INode, fault: Problem, details: Details = {}): Error {
	const description = [fault.advice, details.description].filter(Boolean).join(' ');
	const failure = failureOf(fault);
	if (fault.httpStatus === undefined) {
		return plainError(node, fault.message, { ...details, description, failure });
	}
	const response: JsonObject = { message: fault.message };
	const error = new NodeApiError(node, response, {
		message: fault.message,
		description,
		httpCode: String(fault.httpStatus),
		failure,
	});
	return finished(error, fault.message, details);
}

/** An error for rows that cannot be written, or for a node that is not filled in. */
export function plainError(node: INode, message: string, details: Details = {}): Error {
	const { description, failure } = details;
	const error = new NodeOperationError(node, message, { description, failure });
	return finished(error, message, details);
}

function finished<E extends NodeApiError | NodeOperationError>(
	error: E,
	message: string,
	{ results }: Details,
): E {
	// n8n replaces messages that happen to contain a word like ENOENT, which a SKU may.
	error.message = message;
	if (results !== undefined) error.context.results = results;
	return error;
}
