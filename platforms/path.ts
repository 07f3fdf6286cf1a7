/** An id as one segment of a path: a slash, a query or dots in it cannot lead anywhere else. */
export function segment(id: string): string {
	return encodeURIComponent(id).replace(/^\.{1,2}$/, (dots) => dots.replace(/\./g, '%2E'));
}
