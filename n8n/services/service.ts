/**
 * A service as n8n knows it: its credential, and how a node's settings become a platform to talk to.
 */
import { NodeOperationError } from 'n8n-workflow';
import type { CancelSignal } from '../../inventory/model/clock';
import type { Fault } from '../../inventory/model/fault';
import { safePlatform } from '../../inventory/model/safe-platform';
import type { ServiceName } from './registry';
import type { ClientPolicy } from '../../platforms/http/client-policy';
import type { Answer } from '../../platforms/http/connection';
import { Connection } from '../../platforms/http/connection';
import { RateLimits } from '../../platforms/http/rate-limits';
import type { Capabilities, Platform } from '../../inventory/model/platform';
import { systemClock } from '../host/clock';
import { accountKey, userLimiterOf, rateLimiterOf } from '../storage/process-memory';
import type { RequestContext } from '../host/transport';
import { createTransport, signalOf } from '../host/transport';

/** Settings of a node that hold for a whole run. */
export interface RunSettings {
	/** Webflow. */
	site: string;
	/** Webflow; from Options. */
	skuCollectionId: string;
	/** RootFi. */
	companyId: string;
	/** RootFi deltas; from Options. */
	maxStockAgeMinutes: number;
	/** The step of the workflow that writes, to which its keys belong; empty for those who only read. */
	step: string;
	/** Requests a minute the user allows; 0 or left out for as many as the service does. */
	requestsPerMinute?: number;
	/** Ends the waits of those who have no execution to be canceled. */
	stop?: CancelSignal;
}

export interface Service {
	name: ServiceName;
	label: string;
	capabilities: Capabilities;
	/** Throws when the credential is missing or not usable. */
	connect(context: RequestContext, settings: RunSettings): Promise<Connected>;
}

export interface Connected<P extends Platform = Platform> {
	platform: P;
	/** The account, whatever token it is reached with: what idempotency keys belong to. */
	account: string;
	/** Names the account and the login it is reached with, without keeping a token. */
	login: string;
}

/** The platform a node talks to, or why there is none. */
export async function connect(
	service: Service,
	context: RequestContext,
	settings: RunSettings,
): Promise<Answer<Connected>> {
	try {
		const connected = await service.connect(context, settings);
		return { ok: true, value: { ...connected, platform: safePlatform(connected.platform) } };
	} catch (error) {
		const { message, description } = error as { message: string; description?: string | null };
		const advice = description ?? 'Open the node and choose a credential that works.';
		return {
			ok: false,
			fault: { message: `${message.replace(/\.$/, '')}.`, advice, wholeRun: true },
		};
	}
}

/** The platform, unless it is known already that there is none to ask. */
export async function connectUnless(
	fault: Fault | null,
	service: Service,
	context: RequestContext,
	settings: RunSettings,
): Promise<Answer<Connected>> {
	return fault === null ? await connect(service, context, settings) : { ok: false, fault };
}

/**
 * A web address to put paths behind: no name or password in it, which would show in logs and take the place of the token,
 * and no query or fragment, which would swallow every path.
 */
const WEB_ADDRESS = /^https?:\/\/[^\s\\/?#@]+(\/[^\s\\?#]*)?$/i;

/** The address in a credential, without the slashes at its end. */
export function baseUrlOf(context: RequestContext, address: unknown): string {
	const text = String(address ?? '').trim();
	if (!WEB_ADDRESS.test(text) || !URL.canParse(text)) {
		throw new NodeOperationError(
			context.getNode(),
			'The Base URL in the credential is not a web address',
			{
				description:
					'Open the credential and fill in an address that starts with https://, without a name, a password or anything behind a question mark.',
			},
		);
	}
	return text.replace(/\/+$/, '');
}

/** A connection that shares its pace with everyone who uses the same address and login. */
export function connectionTo(
	context: RequestContext,
	account: {
		credentialType: string;
		baseUrl: string;
		token: string;
		/** Names the login where its token may be replaced by another; the token itself unless given. */
		login?: string;
		/** What else no message may repeat. */
		secrets?: string[];
		policy: ClientPolicy;
		capabilities: Capabilities;
		requestsPerMinute?: number;
		stop?: CancelSignal;
	},
): { connection: Connection; loginKey: string } {
	const { token, login = token, secrets = [] } = account;
	const loginKey = accountKey(account.baseUrl, login);
	const connection = new Connection(
		createTransport(context, account.credentialType, account.baseUrl, [token, ...secrets]),
		account.policy,
		new RateLimits(
			rateLimiterOf(loginKey, account.capabilities.requestsPerMinute),
			userLimiterOf(loginKey, account.requestsPerMinute),
			account.stop ?? signalOf(context),
		),
		systemClock,
	);
	return { connection, loginKey };
}
