/**
 * Encodes an ID as one segment of a path, so that a slash, a query or dots in it cannot change the path. `.` and `..` are
 * encoded twice, because URLs treat `%2E` as a dot; no service has such an ID, so it is not found. Half of a surrogate
 * pair, left by a spreadsheet that cuts text off, becomes the replacement character.
 */
export function pathSegment(id: string): string {
	return encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/^\.{1,2}$/, (dots) =>
		dots.replace(/\./g, '%252E'),
	);
}
