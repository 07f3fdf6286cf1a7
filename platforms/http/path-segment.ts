/**
 * An id as one segment of a path: a slash, a query or dots in it cannot lead anywhere else. Dots alone are encoded twice,
 * because an address takes `%2E` for a dot; no service has such an id, so it is one that is not found. Half a character, as a
 * spreadsheet that cuts texts leaves it, stands for itself no more and is written as the sign for that.
 */
export function pathSegment(id: string): string {
	return encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/^\.{1,2}$/, (dots) =>
		dots.replace(/\./g, '%252E'),
	);
}
