/** The polling triggers: report what changed since the last poll. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { StockChange, StockEvent } from '../../inventory/triggers/stock-events';
import { STOCK_EVENTS } from '../../inventory/triggers/stock-events';
import type { ListedItem, Listing, Platform } from '../../inventory/model/platform';
import { quantityOf } from '../../inventory/model/level';
import { Poll } from '../../inventory/triggers/poll';
import type { PollState } from '../../inventory/triggers/poll-state';
import { systemClock } from '../host/clock';
import { chosenShop } from '../input/chosen-shop';
import { faultError, valueOrThrow } from '../output/errors';
import { sha256 } from '../host/digest';
import { stepOf } from '../host/step';
import { eventItems, eventRow } from './event-items';
import type { Problem } from '../../platforms/http/problems';
import { pollBudget } from '../host/compatibility';
import { pollMemoryOf } from '../storage/process-memory';
import type { Service } from '../services/service';
import { connect } from '../services/service';
import { watchOwnWrites } from './own-writes';
import type { TriggerSettings } from './trigger-settings';
import { readTriggerSettings } from './trigger-settings';
import { checkSkus } from './watched-skus';

/** The share of a poll's time for requesting pages: the last one still has to arrive. */
const SHARE_FOR_READING = 0.6;

const STATE_KEY = 'poll';

/** Activation modes that mean a person published the workflow; n8n also activates it on start or with a new leader. */
const PUBLISHING = ['activate', 'create', 'update'];

/** The static data of activations that have polled: n8n loads a new object for each activation. */
const activations = new WeakSet<object>();

export async function pollInventory(
	context: IPollFunctions,
	service: Service,
): Promise<INodeExecutionData[][] | null> {
	const node = context.getNode();
	const deadline = systemClock.monotonic() + pollBudget(context) * SHARE_FOR_READING;
	const settings = readTriggerSettings(context);
	const fields = chosenShop(context, service);
	const stop = {
		get aborted() {
			return systemClock.monotonic() > deadline;
		},
	};
	const connected = await connect(service, context, { fields }, { step: '', stop });
	const { platform, account, login } = valueOrThrow(node, connected);
	if (context.getMode() === 'manual') return await samples(context, platform, settings, deadline);

	const step = stepOf(context);
	const memory = pollMemoryOf(step);
	// n8n starts the next poll even if a slow one is still running.
	if (memory.isUnderWay) return null;
	memory.isUnderWay = true;
	try {
		watchOwnWrites(account, step, memory.pending, settings.ignoreOwnWrites);
		const data = context.getWorkflowStaticData('node');
		const scope = sha256(JSON.stringify([service.name, account, fields.shop.companyId ?? '']));
		const stored = data[STATE_KEY] as PollState | undefined;
		const isNew = isPublished(context, data);
		if (isNew) await checkSkus(context, platform, settings.skus);
		const state = memory.resume(stored, scope, systemClock, isNew);
		data[STATE_KEY] = state as unknown as IDataObject;
		const choice = sha256(JSON.stringify([login, [...settings.skus].sort()]));
		const { pending } = memory;
		const poll = new Poll(platform, systemClock, state, { ...settings, choice, pending });
		const { changes, fault, hasRead } = await poll.poll(deadline);
		const items = changes.flatMap((change) => eventItems(service.name, change, settings));
		const outOfTime = systemClock.monotonic() > deadline;
		if (fault !== null && outOfTime && !hasRead) throw faultError(node, noAnswer(service, fault));
		if (fault !== null && !outOfTime) {
			if (items.length === 0) throw faultError(node, fault);
			// So that the changes are reported; if the fault persists, the next poll throws it.
			context.logger.warn(fault.message);
		}
		return items.length === 0 ? null : [items];
	} finally {
		memory.isUnderWay = false;
	}
}

/** Whether this is the first poll since a person published the workflow. */
function isPublished(context: IPollFunctions, data: IDataObject): boolean {
	const isFirst = !activations.has(data);
	activations.add(data);
	return isFirst && PUBLISHING.includes(context.getActivationMode());
}

/** The problem of a poll whose time was up before the first page arrived. */
function noAnswer({ label }: Service, fault: Problem): Problem {
	if (fault.httpStatus !== undefined) return fault;
	return {
		message: `${label} did not answer within the time of one poll.`,
		advice: 'The next poll tries again; no change is lost.',
	};
}

/** One sample per chosen event, from the first counted item. Does not change the stored state. */
async function samples(
	context: IPollFunctions,
	platform: Platform,
	settings: TriggerSettings,
	deadline: number,
): Promise<INodeExecutionData[][] | null> {
	const { skus, threshold } = settings;
	await checkSkus(context, platform, skus);
	let listed: ListedItem | undefined;
	let cursor: string | null = null;
	do {
		const page: Listing = await platform.list(cursor);
		if (page.kind === 'failed') throw faultError(context.getNode(), page.fault);
		listed = page.items.find(
			({ item, level }) =>
				typeof quantityOf(level) === 'number' && (skus.size === 0 || skus.has(item.sku ?? '')),
		);
		cursor = page.next;
	} while (listed === undefined && cursor !== null && systemClock.monotonic() < deadline);
	if (listed === undefined) return null;
	const quantity = quantityOf(listed.level) as number;
	const levels: Record<StockEvent, [from: number, to: number]> = {
		changed: [quantity + 1, quantity],
		lowStock: [threshold + 1, threshold],
		outOfStock: [1, 0],
		backInStock: [0, 1],
	};
	const items = STOCK_EVENTS.filter((event) => settings.events.has(event)).map((event) => {
		const [from, to] = levels[event];
		const change: StockChange = {
			item: listed.item,
			lowAt: null,
			difference: { from, to, changes: 0 },
			at: systemClock.now(),
		};
		return { json: eventRow(platform.name, event, change) };
	});
	return [items];
}
