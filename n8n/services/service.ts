/** How the nodes use a service: its credential, its parameters, and how they connect to its platform. */
import type { CancelSignal } from '../../inventory/model/clock';
import type { WriteOperation } from '../../inventory/model/change';
import type { ConfirmedLevels } from '../../inventory/memory/confirmed-levels';
import type { Fault } from '../../inventory/model/fault';
import { safePlatform } from '../../inventory/model/safe-platform';
import type { ClientPolicy } from '../../platforms/http/client-policy';
import type { Answer } from '../../platforms/http/connection';
import { Connection } from '../../platforms/http/connection';
import { RateLimits } from '../../platforms/http/rate-limits';
import type { Capabilities, Platform } from '../../inventory/model/platform';
import { systemClock } from '../host/clock';
import { plainError } from '../output/errors';
import { accountKey, userLimiterOf, rateLimiterOf } from '../storage/process-memory';
import type { RequestContext } from '../host/transport';
import { createTransport, signalOf } from '../host/transport';

/** The node's fields that only its service understands. */
export interface ShopFields {
	/** The service's shop parameters, as trimmed text; empty if left empty. */
	shop: Record<string, string>;
	/** The service's own options, unparsed. */
	options: Record<string, unknown>;
}

/** Settings of a run that every service understands. */
export interface RunSettings {
	/** Identifies the step that writes and owns its keys; empty if it only reads. */
	step: string;
	/** Left out if it only reads. */
	operation?: WriteOperation;
	/** The user's own limit; 0 or left out for the service's. */
	requestsPerMinute?: number;
	/** A cancel signal for callers without an execution that could be canceled. */
	stop?: CancelSignal;
}

export interface Service {
	readonly name: string;
	readonly label: string;
	readonly capabilities: Capabilities;
	/** Parameters that choose a shop in the account, with their labels. */
	readonly shopParameters: Readonly<Record<string, string>>;
	/** Options of the whole run that only this service has. */
	readonly ownOptions: readonly string[];
	/** Throws if the credential is missing, or a field cannot be used. */
	connect(context: RequestContext, fields: ShopFields, run: RunSettings): Promise<Connected>;
}

export interface Connected<P extends Platform = Platform> {
	platform: P;
	/** Identifies the account, whatever token is used: idempotency keys belong to it. */
	account: string;
	/** Identifies the account and the login, without containing a token. */
	login: string;
	/** Null for services without an option to trust remembered levels. */
	confirmedLevels: ConfirmedLevels | null;
}

/** Connects to the shop of a run, unless its settings have a fault; never throws. */
export async function connect(
	service: Service,
	context: RequestContext,
	{ fields, fault = null }: { fields: ShopFields; fault?: Fault | null },
	run: RunSettings,
): Promise<Answer<Connected>> {
	if (fault !== null) return { ok: false, fault };
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

/** An error for an option of the service that cannot be used. */
export function unusableOption(context: RequestContext, message: string): Error {
	return plainError(context.getNode(), message, { description: 'Nothing was written.' });
}

/**
 * A URL to append paths to: without a user name or password, which would show in logs and replace the token, and without a
 * query or fragment, which would swallow every path.
 */
const WEB_ADDRESS = /^https?:\/\/[^\s\\/?#@]+(\/[^\s\\?#]*)?$/i;

/** The base URL in a credential, without trailing slashes. */
export function baseUrlOf(context: RequestContext, address: unknown): string {
	const text = String(address ?? '').trim();
	if (!WEB_ADDRESS.test(text) || !URL.canParse(text)) {
		throw plainError(context.getNode(), 'The Base URL in the credential is not a web address', {
			description:
				'Open the credential and enter an address that starts with https://, without a user name, a password or a question mark.',
		});
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
		/** Identifies the login if its token may be replaced; by default the token itself. */
		login?: string;
		/** Other texts that must not appear in messages. */
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
