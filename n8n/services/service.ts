/** A service as n8n sees it: its credential, and how a node's settings become a platform to talk to. */
import { NodeOperationError } from 'n8n-workflow';
import type { CancelSignal } from '../../inventory/model/clock';
import type { WriteOperation } from '../../inventory/model/change';
import type { ConfirmedLevels } from '../../inventory/memory/confirmed-levels';
import { safePlatform } from '../../inventory/model/safe-platform';
import type { ClientPolicy } from '../../platforms/http/client-policy';
import type { Answer } from '../../platforms/http/connection';
import { Connection } from '../../platforms/http/connection';
import { RateLimits } from '../../platforms/http/rate-limits';
import type { Capabilities, Platform } from '../../inventory/model/platform';
import { systemClock } from '../host/clock';
import { accountKey, userLimiterOf, rateLimiterOf } from '../storage/process-memory';
import type { RequestContext } from '../host/transport';
import { createTransport, signalOf } from '../host/transport';

/** What a node's own fields say of the shop; which of them there are, and what they mean, its service knows. */
export interface ShopFields {
	/** The service's shop parameters, as text without blanks around it; empty where one was left empty. */
	shop: Record<string, string>;
	/** The service's own options, as they were filled in. */
	options: Record<string, unknown>;
}

/** What holds for a whole run, with every service. */
export interface RunSettings {
	/** The step of the workflow that writes, which owns its keys; empty if it only reads. */
	step: string;
	/** What is written; left out by those who only read. */
	operation?: WriteOperation;
	/** Requests per minute the user allows; 0 or left out for the service's own limit. */
	requestsPerMinute?: number;
	/** Ends the waits of callers without an execution that could be canceled. */
	stop?: CancelSignal;
}

export interface Service {
	readonly name: string;
	readonly label: string;
	readonly capabilities: Capabilities;
	/** Parameters that choose a shop in the account, with their labels: a run talks to one shop. */
	readonly shopParameters: Readonly<Record<string, string>>;
	/** Options that only this service has and that hold for a whole run. */
	readonly ownOptions: readonly string[];
	/** Throws when the credential is missing, or a field is not usable. */
	connect(context: RequestContext, fields: ShopFields, run: RunSettings): Promise<Connected>;
}

export interface Connected<P extends Platform = Platform> {
	platform: P;
	/** The account, whatever token is used: idempotency keys belong to it. */
	account: string;
	/** Identifies the account and the login it is reached with, without keeping a token. */
	login: string;
	/** The levels this process saw confirmed; null for services that have no option to trust them. */
	confirmedLevels: ConfirmedLevels | null;
}

/** The platform a node talks to, or why there is none. */
export async function connect(
	service: Service,
	context: RequestContext,
	fields: ShopFields,
	run: RunSettings,
): Promise<Answer<Connected>> {
	try {
		const connected = await service.connect(context, fields, run);
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

/** An option of the service's own that is not usable. */
export function unusableOption(context: RequestContext, message: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, {
		description: 'Nothing was written.',
	});
}

/**
 * A web address to append paths to: no name or password in it, which would show in logs and replace the token, and no query
 * or fragment, which would swallow every path.
 */
const WEB_ADDRESS = /^https?:\/\/[^\s\\/?#@]+(\/[^\s\\?#]*)?$/i;

/** The address in a credential, without trailing slashes. */
export function baseUrlOf(context: RequestContext, address: unknown): string {
	const text = String(address ?? '').trim();
	if (!WEB_ADDRESS.test(text) || !URL.canParse(text)) {
		throw new NodeOperationError(
			context.getNode(),
			'The Base URL in the credential is not a web address',
			{
				description:
					'Open the credential and enter an address that starts with https://, without a user name, a password or a question mark.',
			},
		);
	}
	return text.replace(/\/+$/, '');
}

/** A connection that shares its rate limit with everyone who uses the same address and login. */
export function connectionTo(
	context: RequestContext,
	account: {
		credentialType: string;
		baseUrl: string;
		token: string;
		/** Identifies the login where its token may be replaced by another; the token itself unless given. */
		login?: string;
		/** Other texts that no message may repeat. */
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
