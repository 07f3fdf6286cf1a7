import type { IExecuteFunctions } from 'n8n-workflow';

/** Identifies this step of this workflow; a copy of either is a different one. */
export function stepOf(context: Pick<IExecuteFunctions, 'getWorkflow' | 'getNode'>): string {
	return `${context.getWorkflow().id} ${context.getNode().id}`;
}
