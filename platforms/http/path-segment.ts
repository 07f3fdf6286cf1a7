/**
 * An ID as one segment of a path: a slash, a query or dots in it cannot lead anywhere else. Dots alone are encoded twice,
 * because an address takes `%2E` for a dot; no service has such an ID, so it is simply not found. Half a character, as a
 * spreadsheet that cuts texts leaves it, becomes the replacement character.
 */
export function pathSegment(id: string): string {
	return encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/^\.{1,2}$/, (dots) =>
		dots.replace(/\./g, '%252E'),
	);
}
