/**
 * What older versions of n8n lack or do not tell, and what is done instead: all of it is here. The oldest version that the
 * package is tested on is n8n 1.123.
 */
import * as workflow from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

/** Milliseconds a poll may take where n8n does not tell. */
const USUAL_BUDGET = 45_000;

/** Milliseconds this poll may take. n8n before 2.38 does not say. */
export function pollBudget(context: IPollFunctions): number {
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? USUAL_BUDGET;
}

/**
 * n8n calls tools in two ways: from an agent's own code, or as a step of the workflow that belongs to the agent. n8n 1.x does
 * not say which, but only in the first the context counts its own runs.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return (
		context.isToolExecution?.() === true ||
		(context.isToolExecution === undefined && 'getNextRunIndex' in context) ||
		context.getNode().rewireOutputLogTo === workflow.NodeConnectionTypes.AiTool
	);
}

/**
 * The error items as this n8n takes them. Before 2.36 (and 2.35.3, 2.34.6) only `{ error, message }` goes to the error
 * output, and an item that says more stays among the successful ones, so there the details are left out. n8n does not tell
 * nodes its version; 2.37 is recognized by what its error classes have.
 */
export function routable(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
	takesDetails = 'TIMED_CAUSES' in workflow,
): INodeExecutionData[] {
	if (takesDetails || context.getNode().onError !== 'continueErrorOutput') return items;
	return items.map((item) => {
		const { error, message } = item.json;
		return error === undefined ? item : { ...item, json: { error, message } };
	});
}

/** What an error says of a request that got no answer. */
export interface Failure {
	code?: unknown;
	/** The network call that failed, such as `connect`. */
	syscall?: unknown;
	message?: unknown;
	cause?: unknown;
	errors?: unknown;
	isAxiosError?: unknown;
}

interface Wrapping extends Failure {
	name?: unknown;
	httpCode?: unknown;
	messages?: unknown;
	tags?: { reWrapped?: unknown };
}

/**
 * What is left of an error of the HTTP client that n8n 1.x has wrapped: a code and the words, and no cause. An error of n8n
 * itself, thrown before anything was sent, has a mark; one without code or mark may be either.
 */
export function unwrapped(failure: Failure): Failure {
	const { name, cause, httpCode, messages, message, tags } = failure as Wrapping;
	if (name !== 'NodeApiError' || cause !== undefined || tags?.reWrapped === true) return failure;
	const words = Array.isArray(messages) ? messages.map(String) : [];
	const refused = httpCode === 'ECONNREFUSED' || words.some((one) => one.startsWith('connect '));
	return {
		code: typeof httpCode === 'string' ? httpCode : message,
		syscall: refused ? 'connect' : undefined,
		isAxiosError: true,
	};
}
