/**
 * All workarounds for what older versions of n8n lack. The oldest version that the package is tested with is n8n 1.123.
 */
import * as workflow from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

/** Milliseconds that a poll may take if n8n does not say. */
const USUAL_BUDGET = 45_000;

/** Milliseconds that this poll may take. n8n before 2.38 does not say. */
export function pollBudget(context: IPollFunctions): number {
	return (context as Partial<IPollFunctions>).getPollBudgetMs?.() ?? USUAL_BUDGET;
}

/**
 * n8n runs tools in two ways: called by the code of the agent, or as a step of the agent's workflow. n8n 1.x has no
 * `isToolExecution`, but in the first case its context counts its own runs.
 */
export function isTool(context: IExecuteFunctions): boolean {
	return (
		context.isToolExecution?.() === true ||
		(context.isToolExecution === undefined && 'getNextRunIndex' in context) ||
		context.getNode().rewireOutputLogTo === workflow.NodeConnectionTypes.AiTool
	);
}

/**
 * Error items in a form that this n8n routes to the error output. Before 2.36 (and 2.35.3, 2.34.6) that is only
 * `{ error, message }`; an item with more fields goes to the success output, so the details are left out. Nodes cannot see
 * n8n's version; 2.37 is recognized by an export that is new in it.
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

/** An error of a request that got no answer, as any HTTP client or version of n8n may throw it. */
export type Failure = Record<string, unknown>;

/**
 * Unwraps an error of the HTTP client that n8n 1.x has wrapped, which has a code and messages but no cause. An error of
 * n8n itself, thrown before anything was sent, is marked with `reWrapped`.
 */
export function unwrapped(failure: Failure): Failure {
	const { name, cause, httpCode, messages, message, tags } = failure;
	const isOfN8n = (tags as Failure | undefined)?.reWrapped === true;
	if (name !== 'NodeApiError' || cause !== undefined || isOfN8n) return failure;
	const words = Array.isArray(messages) ? messages.map(String) : [];
	const refused = httpCode === 'ECONNREFUSED' || words.some((one) => one.startsWith('connect '));
	return {
		code: typeof httpCode === 'string' ? httpCode : message,
		// The network call that failed.
		syscall: refused ? 'connect' : undefined,
		isAxiosError: true,
	};
}
