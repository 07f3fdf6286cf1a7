/** How the battery ends where a switch stands elsewhere. */
import type { ServiceName } from '../../../sandbox/sandbox.mts';
import { labelOf, type Setting } from './positions.mts';
import { SCENARIOS, type Scenario } from './scenarios.mts';

/** What a position changes in how the battery ends. */
interface Change {
	/** Every result of one kind becomes another. */
	every?: Record<string, string>;
	/** Scenarios that end otherwise. */
	but?: Record<string, string>;
}

/** Positions at which the battery does not end as at the defaults. */
export const ALONE: Record<string, Change> = {
	'webflow deltaOnInfinite refuse': {
		but: {
			'delta on unlimited stock, blindly': 'failed failed',
			'delta with keys, one refused': 'failed updated updated',
		},
	},
	'webflow belowZero refuse': {
		but: {
			'delta below zero': 'failed | failed | updated',
			'delta from below zero': 'failed',
			// From zero, as an unlimited SKU is counted unless a switch says otherwise.
			'delta on unlimited stock, blindly': 'failed updated',
			'delta with keys, one refused': 'failed updated updated',
		},
	},
	'ecwid deltaOnUnlimited refuse': {
		but: {
			'delta on unlimited stock, blindly': 'failed failed',
			'delta with keys, one refused': 'failed updated updated',
		},
	},
	'ecwid deltaOnUnlimited silent': {
		but: {
			'delta on unlimited stock, blindly': 'updated updated',
			'delta with keys, one refused': 'updated updated updated',
		},
	},
	// Two rows are decided on the list, which does not show the first write yet; and say so.
	'ecwid searchLagMs 3000': {
		but: { 'set there and back': 'updated | unchanged unchanged | unchanged' },
	},
	'ecwid searchLagMs 600000': {
		but: { 'set there and back': 'updated | unchanged unchanged | unchanged' },
	},
	'ecwid batchQueueMs 660000': {
		but: {
			'delta below zero': 'updated | notAttempted | updated',
			'delta with keys':
				'notAttempted notAttempted notAttempted | notAttempted notAttempted notAttempted | notAttempted notAttempted',
			'delta with a key, the answer lost': 'notAttempted | notAttempted',
			'delta with keys, one refused': 'notAttempted notAttempted notAttempted',
			'beyond the limit': 'updated updated | notAttempted notAttempted notAttempted | updated',
		},
	},
	'ecwid plan venture': {
		but: {
			set: 'updated failed unchanged',
			'set to zero': 'failed',
			'set blindly': 'updated failed updated',
			'set unlimited stock': 'failed | skipped | failed',
			'set unlimited': 'updated unchanged failed',
			delta: 'updated failed | updated',
			'delta of one': 'failed',
			'delta below zero': 'failed | updated | failed',
			'delta below zero, guarded': 'failed failed unchanged',
			'delta on unlimited stock, blindly': 'unknown failed',
			'delta with keys': 'updated failed updated | duplicate failed duplicate | failed updated',
			'delta with keys, one refused': 'unknown updated failed',
			'beyond the limit': 'updated failed | updated failed updated | updated',
		},
	},
	'ecwid plan free': {
		every: {
			updated: 'notAttempted',
			unchanged: 'notAttempted',
			skipped: 'notAttempted',
			planned: 'notAttempted',
			duplicate: 'notAttempted',
			unknown: 'notAttempted',
			failed: 'notAttempted',
			level: 'failed',
		},
		but: {
			// An id that is none fails its row without a request.
			'what is not there': 'notAttempted | notAttempted notAttempted | failed | notAttempted',
			get: 'failed failed failed failed failed failed failed | failed | failed',
			'get many': 'failed',
			'a store that is not the token’s': 'notAttempted | failed',
		},
	},
	'rootfi envelope syncIdOnly': {
		every: { updated: 'unknown', duplicate: 'unknown' },
		but: {
			'set there and back': 'unknown | unchanged unchanged | unknown',
			// The first stands where it should, so that a reading confirms it.
			'set blindly': 'updated unknown unknown',
			'set what is right, all the same': 'updated',
			'a copy that is behind for one reading': 'unknown | unknown | unknown',
		},
	},
	'rootfi negative allow': {
		but: {
			'delta below zero': 'updated | updated | updated',
			'delta from below zero': 'updated',
		},
	},
	// What was confirmed and has not been copied yet is not added to.
	'rootfi copy stale': {
		but: {
			delta: 'updated updated | failed',
			'delta, the answer lost': 'unknown',
			'delta with keys': 'updated updated updated | duplicate duplicate duplicate | failed failed',
			'delta with a key, the answer lost': 'unknown | unknown',
			'beyond the limit': 'updated updated | failed failed updated | updated',
			'a copy that is behind for one reading': 'updated | failed | failed',
		},
	},
	// Another level under the old stamp counts as a copy that is behind, so no reading confirms what was lost.
	'rootfi stampMoves false': {
		but: {
			'delta, the answer lost': 'unknown',
			'delta with a key, the answer lost': 'unknown | unknown',
		},
	},
};

/** How a scenario may end, beside that, where two positions meet that are harmless alone. */
export const TOGETHER: Record<string, Record<string, string>> = {
	// Waits that are too short, until the token is blocked a second time.
	'ecwid retryAfter none + blockAfter 1': {
		'beyond the limit': 'updated updated | notAttempted notAttempted notAttempted | updated',
	},
	// The ticket cannot be looked at with a blocked token.
	'ecwid blockAfter 1 + batchCounts eachItem': {
		'beyond the limit': 'updated updated | updated unknown unknown | updated',
	},
	// The first batch meets the limit while it is looked at, until it has run; the second stands for ten minutes.
	'ecwid batchQueueMs 660000 + plan venture': {
		'beyond the limit': 'updated failed | updated failed notAttempted | updated',
	},
	// Three batches in a row whose first item meets the limit.
	'ecwid batchCounts eachItem + plan venture': {
		'beyond the limit': 'updated failed | notAttempted notAttempted notAttempted | updated',
	},
	'rootfi envelope syncIdOnly + negative allow': {
		'delta below zero': 'unknown | unknown | unknown',
	},
	'rootfi negative allow + copy stale': {
		'delta below zero': 'updated | updated | failed',
	},
};

/** The scenarios a service plays, and how each ends where the switches stand at their defaults but for one. */
export function expected(service: ServiceName, setting?: Setting): Map<Scenario, string> {
	const { every, but } = (setting && ALONE[`${service} ${labelOf(setting)}`]) ?? {};
	const played = SCENARIOS.filter(({ only }) => only === undefined || only === service);
	return new Map(
		played.map((scenario) => {
			const { name, ends } = scenario;
			const usual = typeof ends === 'string' ? ends : ends[service];
			const changed = usual.replaceAll(/\w+/g, (status) => every?.[status] ?? status);
			return [scenario, but?.[name] ?? changed];
		}),
	);
}
