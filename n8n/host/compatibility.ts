/**
 * What older versions of n8n lack or do not report, and what is done about it: all of it is here. The oldest version
 * the package is tested on is n8n 1.123.
 */
import * as workflow from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

/** Milliseconds a poll may take if n8n sets no limit. */
const USUAL_BUDGET = 45_000;

/** Milliseconds this poll may take. n8n before 2.38 does not say. */
export function pollBudget(context: IPollFunctions): number {
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? USUAL_BUDGET;
}

/**
 * n8n calls tools in two ways: from an agent's own code, or as a step of the workflow that belongs to the agent. n8n
 * 1.x does not report the first, but only then the context counts its own runs.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return (
		context.isToolExecution?.() === true ||
		(context.isToolExecution === undefined && 'getNextRunIndex' in context) ||
		context.getNode().rewireOutputLogTo === workflow.NodeConnectionTypes.AiTool
	);
}

/**
 * Error items in the form this n8n expects. Before 2.36 (and 2.35.3, 2.34.6) it routes only `{ error, message }` to the
 * error output and treats anything with more fields as a success, so there the details are left out. n8n does not tell
 * nodes its version; a feature of its error classes identifies 2.37.
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

/** What identifies a request that got no answer. */
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
 * What is left of an HTTP client error that n8n 1.x has wrapped: it keeps the code and the text, but not the cause. An
 * error of n8n itself, thrown before anything was sent, is recognized by its mark; one without code or mark may be
 * either.
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
