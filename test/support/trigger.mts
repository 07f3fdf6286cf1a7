/**
 * The triggers in n8n's own contexts, without its server: polls over HTTP, and Webflow's webhook from its registration
 * to what each call of it starts.
 */
import { HookContext, PollContext, WebhookContext } from 'n8n-core';
import type {
	IDataObject,
	INode,
	INodeParameters,
	INodeType,
	IWebhookData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { EcwidInventoryTrigger } from '../../nodes/EcwidInventoryTrigger/EcwidInventoryTrigger.node.ts';
import { RootfiInventoryTrigger } from '../../nodes/RootfiInventoryTrigger/RootfiInventoryTrigger.node.ts';
import { WebflowInventoryTrigger } from '../../nodes/WebflowInventoryTrigger/WebflowInventoryTrigger.node.ts';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import type { WebhookRequest } from '../../sandbox/webflow/signature.mts';
import type { CredentialSet } from './credentials.mts';
import { chosen, nodeTypes, surroundings } from './engine.mts';

const TYPES = {
	webflow: new WebflowInventoryTrigger(),
	ecwid: new EcwidInventoryTrigger(),
	rootfi: new RootfiInventoryTrigger(),
};

export interface TriggerOptions {
	service: keyof typeof TYPES;
	credentials: CredentialSet;
	parameters?: INodeParameters;
	mode?: WorkflowExecuteMode;
	/** How n8n came to activate the workflow. */
	activation?: WorkflowActivateMode;
	/** Of the workflow. */
	id?: string;
}

let made = 0;

/** A trigger in a workflow of its own, with the static data n8n keeps of it. */
export class Trigger {
	readonly type: INodeType;
	private readonly workflow: Workflow;
	private readonly node: INode;
	private readonly mode: WorkflowExecuteMode;

	constructor(readonly options: TriggerOptions) {
		const { service, credentials, parameters, mode = 'trigger' } = options;
		made += 1;
		this.mode = mode;
		this.type = TYPES[service];
		const { name } = this.type.description;
		this.workflow = new Workflow({
			id: options.id ?? `workflow-${made}`,
			nodes: [
				{
					id: 'trigger',
					name: 'Stock Changed',
					type: name,
					typeVersion: 1,
					position: [0, 0],
					webhookId: `stock-${made}`,
					parameters: { events: ['changed'], ...parameters },
					credentials: chosen(credentials),
				},
			],
			connections: {},
			active: true,
			nodeTypes: nodeTypes({ [name]: this.type }),
		});
		[this.node] = Object.values(this.workflow.nodes);
	}

	/** What n8n writes to its database between polls. */
	get stored(): IDataObject {
		return this.workflow.getStaticData('node', this.node);
	}

	/** The trigger as another process of n8n finds it, which starts with what was stored. */
	restarted(stored: string): Trigger {
		const trigger = new Trigger(this.options);
		Object.assign(trigger.stored, JSON.parse(stored));
		return trigger;
	}

	/** What is filled in again, as when a workflow is published again. */
	set(parameters: INodeParameters): void {
		Object.assign(this.node.parameters, parameters);
	}

	/** The trigger as n8n creates it again when a person publishes the workflow, with what was stored. */
	published(stored: string): Trigger {
		const { id } = this.workflow;
		const trigger = new Trigger({ ...this.options, id, activation: 'activate' });
		Object.assign(trigger.stored, JSON.parse(stored));
		return trigger;
	}

	/** What n8n's log was told. */
	readonly logged: string[] = [];

	private withLog<T extends object>(context: T): T {
		const logger = { warn: (message: string) => void this.logged.push(message) };
		return Object.defineProperty(context, 'logger', { value: logger });
	}

	/** One poll; what it gives out. */
	async poll(budget?: number): Promise<IDataObject[]> {
		const context = new PollContext(
			this.workflow,
			this.node,
			this.around(),
			this.mode,
			this.mode === 'manual' ? 'manual' : (this.options.activation ?? 'init'),
			undefined,
			undefined,
			undefined,
			undefined,
			undefined,
			budget === undefined ? undefined : () => budget,
		);
		const given = await this.type.poll?.call(this.withLog(context));
		return (given ?? []).flat().map(({ json }) => json);
	}

	/** As n8n does when the workflow is activated. */
	async activate(): Promise<void> {
		const context = this.hooks();
		const { checkExists, create } = this.methods;
		if (!(await checkExists.call(context))) await create.call(context);
	}

	async deactivate(): Promise<void> {
		await this.methods.delete.call(this.hooks());
	}

	/** A call of the webhook; what it is answered, and what it starts. */
	async call({ headers, body }: WebhookRequest): Promise<{ status: number; items: IDataObject[] }> {
		let status = 200;
		const httpResponse = {
			status(code: number) {
				status = code;
				return this;
			},
			send() {
				return this;
			},
			end() {},
		};
		const rawBody = Buffer.from(body);
		const around = {
			...this.around(),
			httpRequest: { headers, rawBody, body: JSON.parse(body) as unknown },
			httpResponse,
		} as unknown as IWorkflowExecuteAdditionalData;
		const described = { webhookDescription: this.type.description.webhooks?.[0] };
		const context = new WebhookContext(
			this.workflow,
			this.node,
			around,
			this.mode,
			described as unknown as IWebhookData,
			[],
			null,
		);
		const answer = (await this.type.webhook?.call(this.withLog(context))) as IWebhookResponseData;
		return { status, items: (answer.workflowData ?? []).flat().map(({ json }) => json) };
	}

	/** Lets a sandbox deliver to it; returns what the calls have started, as they come. */
	listenTo(sandbox: Sandbox): IDataObject[] {
		const started: IDataObject[] = [];
		sandbox.send = async (_url, request) => {
			const { status, items } = await this.call(request);
			started.push(...items);
			return status;
		};
		return started;
	}

	private get methods() {
		return (this.type.webhookMethods as NonNullable<INodeType['webhookMethods']>).default as Record<
			'checkExists' | 'create' | 'delete',
			(this: HookContext) => Promise<boolean>
		>;
	}

	private hooks(): HookContext {
		const described = { webhookDescription: this.type.description.webhooks?.[0] };
		return this.withLog(
			new HookContext(
				this.workflow,
				this.node,
				this.around(),
				this.mode,
				'activate',
				described as unknown as IWebhookData,
			),
		);
	}

	private around(): IWorkflowExecuteAdditionalData {
		return surroundings(this.options.credentials) as IWorkflowExecuteAdditionalData;
	}
}
