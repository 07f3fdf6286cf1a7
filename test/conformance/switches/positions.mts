/** Every position of every switch. */
import { ECWID_DEFAULTS, type EcwidSwitches } from '../../../sandbox/ecwid/switches.mts';
import { ROOTFI_DEFAULTS, type RootFiSwitches } from '../../../sandbox/rootfi/switches.mts';
import type { ServiceName } from '../../../sandbox/sandbox.mts';
import {
	WEBFLOW_DEFAULTS,
	WEBHOOK_DEFAULTS,
	type WebflowSwitches,
	type WebhookSwitches,
} from '../../../sandbox/webflow/switches.mts';
import type { ShopName } from '../../support/shops.mts';

const MINUTE = 60_000;

type Table<S> = { [K in keyof S]: readonly S[K][] };

/** Positions that a table leaves out; of switches that are a number, some are enough. */
type Missing<S, T extends Table<S>> = {
	[K in keyof S]: number extends S[K] ? never : Exclude<S[K], T[K][number]>;
}[keyof S];

/** Takes a table of positions; one that misses a switch, or a position of one, does not compile. */
const positionsOf =
	<S,>() =>
	<const T extends Table<S>>(
		table: T & ([Missing<S, T>] extends [never] ? unknown : { missing: Missing<S, T> }),
	): Table<S> =>
		table;

const WEBFLOW = positionsOf<Omit<WebflowSwitches, keyof WebhookSwitches>>()({
	bothQuantities: ['refuse', 'quantity', 'delta'],
	finiteWithoutNumber: ['keep', 'zero', 'refuse'],
	infiniteWithNumber: ['refuse', 'ignore'],
	deltaOnInfinite: ['fromZero', 'fromLast', 'refuse'],
	belowZero: ['allow', 'clamp', 'refuse'],
	fraction: ['refuse', 'allow'],
	unknownFields: ['refuse', 'ignore'],
	infiniteQuantity: ['null', 'absent', 'last'],
	unknownId: [404, 400],
	retryAfter: ['seconds', 'date', 'none'],
	retryAfterOnSuccess: [false, true],
	v1Sku: ['flat', 'fields'],
});

/** Only a trigger meets these, so the runs of actions leave them out. */
const WEBHOOKS = positionsOf<WebhookSwitches>()({
	webhookIds: ['id', '_id'],
	webhookSigning: ['hookSecret', 'clientSecret', 'none'],
	webhookSecret: ['inCreate', 'always'],
	webhookTwice: ['allow', 'refuse'],
	webhookRetries: [3, 2, 0],
	webhookRetryMs: [10 * MINUTE, 1_000],
	webhookTimeoutMs: [10_000],
	webhookDeactivated: ['shown', 'hidden'],
	webhookUnchanged: [false, true],
	echo: [true, false],
});

const ECWID = positionsOf<EcwidSwitches>()({
	deltaOnUnlimited: ['updateCount0', 'refuse', 'silent'],
	negativeSet: ['refuse', 'allow'],
	zeroDelta: ['refuse', 'updateCount0', 'updateCount1'],
	unchangedCount: [1, 0],
	returnItem: ['honoured', 'ignored'],
	warning: ['whileNegative', 'whenCrossing', 'never'],
	searchLagMs: [0, 3_000, 10 * MINUTE],
	stockMovesUpdateTime: [true, false],
	skuSearch: ['exact', 'caseless', 'prefix', 'list'],
	largeLimit: ['clamp', 'refuse'],
	errorBody: ['json', 'empty', 'reason', 'text'],
	retryAfter: ['seconds', 'date', 'none'],
	blockAfter: [0, 1, 20],
	foreignStore: [403, 404],
	// Behind other apps for a while, and for longer than a run waits.
	batchQueueMs: [0, 5_000, 11 * MINUTE],
	batchItemMs: [0, 20, 30_000],
	batchOrder: ['asSent', 'reversed'],
	batchBodies: ['always', 'whenEscaped'],
	batchPartial: ['shown', 'hidden'],
	batchRepeats: ['whenGoingOn', 'always'],
	batchCounts: ['once', 'eachItem'],
	batchScopes: ['create', 'eachItem'],
	plan: ['business', 'venture', 'free'],
});

const ROOTFI = positionsOf<RootFiSwitches>()({
	envelope: ['bare', 'data', 'dataList', 'dataAndSyncId', 'syncIdOnly'],
	skuFilter: ['honoured', 'ignored', 'refused', 'breaks'],
	updatedFilter: ['honoured', 'ignored'],
	totalCount: ['honoured', 'ignored'],
	quantityAs: ['number', 'text'],
	negative: ['refuse', 'allow'],
	untrackedWrite: ['asked', 'counts', 'never'],
	unknownId: [404, 400],
	copy: ['follows', 'stale'],
	stampMoves: [true, false],
	mostPerPage: [100, 3, 1],
	companies: ['list', 'wrapped', 'missing'],
	otherCompanies: [0, 250],
	wait: ['retryAfter', 'resetSeconds', 'resetEpoch', 'none'],
});

/** A switch and one of its positions. */
export interface Setting {
	name: string;
	position: unknown;
}

export const SERVICES: Array<{ dialect: ShopName; service: ServiceName; settings: Setting[] }> = [
	{ dialect: 'webflow', service: 'webflow', settings: settingsOf(WEBFLOW) },
	{ dialect: 'webflowV1', service: 'webflow', settings: settingsOf(WEBFLOW) },
	{ dialect: 'ecwid', service: 'ecwid', settings: settingsOf(ECWID) },
	{ dialect: 'rootfi', service: 'rootfi', settings: settingsOf(ROOTFI) },
];

/** Every position of every switch about webhooks. */
export const WEBHOOK_SETTINGS: Setting[] = settingsOf(WEBHOOKS);

function settingsOf(table: Record<string, readonly unknown[]>): Setting[] {
	return Object.entries(table).flatMap(([name, positions]) =>
		positions.map((position) => ({ name, position })),
	);
}

export const DEFAULTS: Record<ServiceName, object> = {
	webflow: Object.fromEntries(
		Object.entries(WEBFLOW_DEFAULTS).filter(([name]) => !(name in WEBHOOK_DEFAULTS)),
	),
	ecwid: ECWID_DEFAULTS,
	rootfi: ROOTFI_DEFAULTS,
};

export const isDefault = (service: ServiceName, { name, position }: Setting): boolean =>
	(DEFAULTS[service] as Record<string, unknown>)[name] === position;

export const labelOf = ({ name, position }: Setting): string => `${name} ${String(position)}`;
