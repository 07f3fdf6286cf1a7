/** Why something did not go as asked, in words for a shop owner. Inside the engine faults are values, never thrown. */
export interface Fault {
	/** What happened. */
	message: string;
	/** What to do next. */
	advice: string;
	/** True when every other row would fail the same way: a refused token, a missing site, an unreadable list. */
	wholeRun?: boolean;
	/** The service has no such item, or no longer has it. */
	notFound?: boolean;
	/** When it makes sense to try again, in milliseconds since 1970, if the service said so. */
	until?: number;
}

/** The sentence a row shows for a fault. */
export function faultText({ message, advice }: Pick<Fault, 'message' | 'advice'>): string {
	return advice === '' ? message : `${message} ${advice}`;
}
