/**
 * A real n8n with the packed package in it, on loopback, driven through the interface its own editor uses.
 */
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parse } from 'flatted';
import type { IDataObject, INodeExecutionData, IRunExecutionData } from 'n8n-workflow';
import { isRemoved, removeAtEnd, start } from '../../tools/processes.mjs';
import { ROOT } from '../../tools/ready.mjs';
import { installN8n, type Install, type Progress } from './install.mts';
import { EDITOR_CALLS, type EditorCalls, type Rest } from './lines.mts';
import { freePort } from './ports.mts';

const run = promisify(execFile);

export const OWNER = {
	email: 'owner@shop.example',
	password: 'Inventory-1-2-3',
	firstName: 'Shop',
	lastName: 'Owner',
};

const PACKAGE = 'n8n-nodes-inventory-sync';
/** How long n8n may take to answer after its start, in milliseconds. */
const START_TIMEOUT = 180_000;

export interface Execution {
	id: string;
	status: string;
	data: IRunExecutionData;
	/** Items of an output of a node, of its last run. */
	items(node: string, output?: number): INodeExecutionData[];
	error: { message: string; description?: string; context?: IDataObject } | undefined;
}

export interface WorkflowJson {
	name: string;
	nodes: Array<{
		name: string;
		type: string;
		parameters: IDataObject;
		credentials?: Record<string, { id: string; name: string }>;
		[key: string]: unknown;
	}>;
	connections: IDataObject;
	settings?: IDataObject;
}

export class N8n {
	private cookie = '';
	private child: ChildProcess | null = null;
	private output = '';

	private constructor(
		private readonly install: Install,
		/** n8n's user folder: its database, its key, the installed package. */
		readonly home: string,
		readonly port: number,
		/** What n8n is told beside what every n8n here is told. */
		private readonly extra: NodeJS.ProcessEnv,
	) {}

	/** Where the package is installed. */
	get packageFolder(): string {
		return path.join(this.home, '.n8n', 'nodes', 'node_modules', PACKAGE);
	}

	private get calls(): EditorCalls {
		return EDITOR_CALLS[this.install.line];
	}

	private readonly ask: Rest = async (...call) => await this.rest(...call);

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** The id of its process, which must be running. */
	get pid(): number {
		if (this.child?.pid === undefined) throw new Error('n8n is not running');
		return this.child.pid;
	}

	/** Builds and packs the package, installs it into a fresh n8n, and starts that with an owner account. */
	static async start(progress: Progress, port = 0, extra: NodeJS.ProcessEnv = {}): Promise<N8n> {
		progress('Building and packing the nodes');
		const tarball = await pack();
		const install = await installN8n(progress);
		const home = await mkdtemp(path.join(tmpdir(), 'n8n-home-'));
		removeAtEnd(home);
		const n8n = new N8n(install, home, port === 0 ? await freePort() : port, extra);
		await n8n.installPackage(tarball);
		progress('Starting n8n');
		await n8n.up();
		await n8n.rest('POST', '/owner/setup', OWNER);
		return n8n;
	}

	/** As n8n's own installer does it: unpack, and leave out what only developers need. */
	private async installPackage(tarball: string): Promise<void> {
		const folder = this.packageFolder;
		await mkdir(folder, { recursive: true });
		await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
		const manifest = path.join(folder, 'package.json');
		const { devDependencies, peerDependencies, optionalDependencies, ...kept } = JSON.parse(
			await readFile(manifest, 'utf8'),
		) as Record<string, unknown>;
		void [devDependencies, peerDependencies, optionalDependencies];
		await writeFile(manifest, JSON.stringify(kept, null, 2));
		await rm(tarball);
	}

	/** Starts the process and waits until it answers. */
	async up(): Promise<void> {
		this.child = await this.launch(['start']);
		this.output = '';
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream?.on('data', (text) => (this.output = `${this.output}${text}`.slice(-20_000)));
		}
		const deadline = Date.now() + START_TIMEOUT;
		while (!(await this.isReady())) {
			if (this.child.exitCode !== null || Date.now() > deadline) {
				throw new Error(`n8n did not start:\n${this.output.slice(-4_000)}`);
			}
			await wait(250);
		}
		if (this.cookie !== '') await this.login();
	}

	/** Runs one of n8n's commands with the user folder, the key and the package of this n8n. */
	async launch(args: string[], extra: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
		const { node, n8n, folder } = this.install;
		const env = { ...(await this.environment(folder)), ...this.extra, ...extra };
		return start(node, [n8n, ...args], { cwd: this.home, env });
	}

	private async isReady(): Promise<boolean> {
		try {
			const ready = await fetch(`${this.url}/healthz/readiness`);
			const editor = await fetch(`${this.url}/rest/settings`);
			return ready.ok && editor.headers.get('content-type')?.includes('json') === true;
		} catch {
			return false;
		}
	}

	private async environment(folder: string): Promise<NodeJS.ProcessEnv> {
		const { HOME, LANG, TZ } = process.env;
		return {
			HOME,
			LANG,
			TZ,
			PATH: `${path.join(folder, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
			N8N_USER_FOLDER: this.home,
			N8N_ENCRYPTION_KEY: 'only-for-this-sandbox',
			N8N_PORT: String(this.port),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			N8N_SECURE_COOKIE: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_HIRING_BANNER_ENABLED: 'false',
			EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
			// With one connection, as n8n 1.x has by itself, two requests at once run into each other's transaction.
			DB_SQLITE_POOL_SIZE: '3',
			...this.extra,
		};
	}

	private async login(): Promise<void> {
		await this.rest('POST', '/login', {
			emailOrLdapLoginId: OWNER.email,
			password: OWNER.password,
		});
	}

	/** Ends the process; `SIGKILL` as a power cut would. */
	async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		const { child } = this;
		if (child === null || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('exit', resolve));
		child.kill(signal);
		await gone;
		this.child = null;
	}

	/** Ends the process and removes everything it kept. */
	async remove(): Promise<void> {
		await this.down();
		await rm(this.home, { recursive: true, force: true });
		isRemoved(this.home);
	}

	/** Calls the interface of n8n's editor; answers with the `data` of the answer. */
	async rest<T = IDataObject>(method: string, route: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/rest${route}`, {
			method,
			headers: { 'Content-Type': 'application/json', Cookie: this.cookie },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const cookie = response.headers.get('set-cookie');
		if (cookie !== null) this.cookie = cookie.split(';')[0];
		const text = await response.text();
		if (!response.ok)
			throw new Error(`n8n: ${method} ${route} answered ${response.status}: ${text}`);
		return (JSON.parse(text) as { data: T }).data;
	}

	/** The cookie of the owner's session, for a browser. */
	get session(): { name: string; value: string } {
		const [name, value] = this.cookie.split('=');
		return { name, value };
	}

	async createCredential(name: string, type: string, data: IDataObject): Promise<string> {
		const { id } = await this.rest<{ id: string }>('POST', '/credentials', { name, type, data });
		return id;
	}

	/**
	 * Connects an OAuth2 credential as the button in it does.
	 * @param letIn What the owner does at the service: goes to the address, and is sent back to the one returned.
	 */
	async connect(credentialId: string, letIn: (address: URL) => Promise<string>): Promise<void> {
		const begun = await fetch(`${this.url}/rest/oauth2-credential/auth?id=${credentialId}`, {
			headers: { Cookie: this.cookie },
		});
		const { data } = (await begun.json()) as { data: string };
		const given = begun.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		const { pathname, search } = new URL(await letIn(new URL(data)));
		const back = await fetch(`${this.url}${pathname}${search}`, {
			headers: { Cookie: [this.cookie, ...given].join('; ') },
		});
		const page = await back.text();
		if (!page.includes('successful')) throw new Error(`n8n was not let in: ${page}`);
	}

	/**
	 * What the editor shows after Save: whether the service takes the credential, and n8n's words for it. n8n 1.x tests only
	 * what is saved.
	 */
	async testCredential(
		type: string,
		data: IDataObject,
	): Promise<{ status: string; message: string }> {
		const id = await this.createCredential('Test', type, data);
		return await this.rest('POST', '/credentials/test', {
			credentials: { id, name: 'Test', type, data },
		});
	}

	async createWorkflow(workflow: WorkflowJson): Promise<string> {
		const { id } = await this.rest<{ id: string }>('POST', '/workflows', {
			settings: {},
			active: false,
			...workflow,
		});
		return id;
	}

	/** Presses the button that runs a workflow. */
	async press(
		workflowId: string,
		trigger: string,
	): Promise<{ executionId?: string; waitingForWebhook?: boolean }> {
		const body = await this.calls.runBody(this.ask, workflowId, trigger);
		return await this.rest('POST', `/workflows/${workflowId}/run`, body);
	}

	/** Runs a workflow as that button does. Returns the id of the execution. */
	async begin(workflowId: string, trigger: string): Promise<string> {
		const { executionId } = await this.press(workflowId, trigger);
		if (executionId === undefined) throw new Error(`"${trigger}" waits for something to happen`);
		return executionId;
	}

	/** Runs a workflow and waits for its end. */
	async run(workflowId: string, trigger: string): Promise<Execution> {
		return await this.finished(await this.begin(workflowId, trigger));
	}

	/** Retries a failed execution as the button in the list of executions does, and waits for its end. */
	async retry({ id }: Execution): Promise<Execution> {
		const retried = await this.rest<{ id: string }>('POST', `/executions/${id}/retry`, {});
		return await this.finished(retried.id);
	}

	/** Publishes a workflow: its triggers are registered, and polled once. Throws what a trigger has to say against it. */
	async activate(workflowId: string): Promise<void> {
		const { versionId } = await this.rest<{ versionId: string }>('GET', `/workflows/${workflowId}`);
		await this.rest('POST', `/workflows/${workflowId}/activate`, { versionId });
		await this.calls.published(this.ask, workflowId);
	}

	/** Takes a workflow back, and waits until its triggers have been removed. */
	async deactivate(workflowId: string): Promise<void> {
		await this.rest('POST', `/workflows/${workflowId}/deactivate`, {});
		await this.calls.withdrawn(this.ask, workflowId);
	}

	/** All executions of a workflow that a trigger started, the oldest first, once they have ended. */
	async executionsOf(workflowId: string): Promise<Execution[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.rest<{ results: Array<{ id: string; mode: string }> }>(
			'GET',
			`/executions?filter=${filter}`,
		);
		const ids = results.filter(({ mode }) => mode !== 'manual').map(({ id }) => id);
		return await Promise.all(ids.reverse().map(async (id) => await this.finished(id)));
	}

	async finished(executionId: string): Promise<Execution> {
		for (;;) {
			const execution = await this.rest<{ status: string; data: string }>(
				'GET',
				`/executions/${executionId}`,
			);
			const isOver = !['new', 'running', 'waiting', 'unknown'].includes(execution.status);
			const data = parse(execution.data) as unknown as IRunExecutionData | undefined;
			// n8n 1.x tells the end before it has written the data.
			if (isOver && data !== undefined) return opened(executionId, execution.status, data);
			await wait(250);
		}
	}
}

function opened(id: string, status: string, data: IRunExecutionData): Execution {
	const { runData, error } = data.resultData;
	return {
		id,
		status,
		data,
		items: (node, output = 0) => runData[node]?.at(-1)?.data?.main[output] ?? [],
		error: error as unknown as Execution['error'],
	};
}

async function pack(): Promise<string> {
	const into = await mkdtemp(path.join(tmpdir(), 'packed-'));
	await run('npm', ['run', 'build'], { cwd: ROOT });
	const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], {
		cwd: ROOT,
	});
	const [{ filename }] = JSON.parse(stdout) as Array<{ filename: string }>;
	return path.join(into, filename);
}
