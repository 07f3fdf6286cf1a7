/**
 * A platform that turns bugs into faults: if one were thrown through a node that is set to continue, n8n would pass the
 * input on as if it had succeeded. `write` still throws: the sender has to find out what it did before that.
 */
import type { Platform } from './platform';

export function safePlatform(platform: Platform): Platform {
	const { name, label, itemNoun, capabilities } = platform;
	const failed = ({ message }: Error) => ({
		kind: 'failed' as const,
		fault: {
			message: `This node could not process what ${label} answered: ${message}.`,
			advice: 'Please report this, with the row that caused it.',
			wholeRun: true,
		},
	});
	return {
		name,
		label,
		itemNoun,
		capabilities,
		resolve: async (references, lookUpIds) => {
			try {
				return await platform.resolve(references, lookUpIds);
			} catch (error) {
				return references.map(() => failed(error));
			}
		},
		read: async (items, mode, options) => {
			try {
				return await platform.read(items, mode, options);
			} catch (error) {
				return items.map(() => failed(error));
			}
		},
		list: async (cursor, updatedSince) => {
			try {
				return await platform.list(cursor, updatedSince);
			} catch (error) {
				return failed(error);
			}
		},
		reserve: async (requests) => await platform.reserve(requests),
		write: async (changes, options) => await platform.write(changes, options),
	};
}
