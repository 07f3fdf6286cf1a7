/**
 * The only place that turns faults into n8n's errors: what happened is the message, what to do about it the description.
 *
 * `itemIndex` is not set: n8n would append it to the message, counted from 0, next to our row number, counted from 1.
 */
import type { INode, JsonObject, NodeError } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Answer } from '../../platforms/http/connection';
import type { Problem } from '../../platforms/http/problems';

interface Details {
	/** Added to the advice. */
	description?: string;
	/** Result rows, for people who look at the failed execution. */
	results?: unknown[];
	/** Tells n8n when polling again makes sense. */
	failure?: Failure;
}

type Failure = NonNullable<NodeError['failure']>;

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

/** An error that stops the whole run. */
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

/** What a service answered, or the error that stops the whole run. */
export function valueOrThrow<T>(node: INode, answer: Answer<T>): T {
	if (answer.ok) return answer.value;
	throw faultError(node, answer.fault);
}

/** An error for rows that cannot be written, or for a node that is not set up correctly. */
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
	// n8n replaces messages that contain words such as ENOENT, and a SKU may contain one.
	error.message = message;
	if (results !== undefined) error.context.results = results;
	return error;
}
