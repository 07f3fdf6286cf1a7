/**
 * The sandbox's own way out: deliveries to webhooks over HTTP, and a timer for those that failed.
 */
import type { Sandbox } from './sandbox.mts';
import type { WebhookRequest } from './webflow/signature.mts';

/** Gives a sandbox a network and a timer; returns how to take them away again. */
export function connect(sandbox: Sandbox): () => void {
	const open = new Set<AbortController>();
	let timer: NodeJS.Timeout | undefined;

	sandbox.send = async (url, request) => {
		const controller = new AbortController();
		open.add(controller);
		const late = setTimeout(() => controller.abort(), sandbox.webflow.switches.webhookTimeoutMs);
		try {
			return await post(url, request, controller.signal);
		} finally {
			clearTimeout(late);
			open.delete(controller);
		}
	};
	sandbox.wake = (ms) => {
		clearTimeout(timer);
		timer = setTimeout(() => sandbox.advance(), ms).unref();
	};

	return () => {
		sandbox.send = async () => await Promise.reject(new Error('The sandbox is closed'));
		sandbox.wake = () => {};
		clearTimeout(timer);
		for (const controller of open) controller.abort();
	};
}

async function post(
	url: string,
	{ headers, body }: WebhookRequest,
	signal: AbortSignal,
): Promise<number> {
	// A redirect is a failure, so it is not followed.
	const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
	await response.body?.cancel();
	return response.status;
}
