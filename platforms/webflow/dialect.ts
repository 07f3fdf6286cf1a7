/** The two versions of Webflow's API, and how requests to them differ. */
export type WebflowVersion = 'v1' | 'v2';

export interface Dialect {
	/** Between the base URL and the path. */
	prefix: string;
	headers: Record<string, string>;
	/** A stock update as this version expects it. */
	wrap(fields: Record<string, unknown>): Record<string, unknown>;
}

export const DIALECTS: Record<WebflowVersion, Dialect> = {
	v2: { prefix: '/v2', headers: {}, wrap: (fields) => fields },
	v1: {
		prefix: '',
		headers: { 'Accept-Version': '1.0.0' },
		wrap: (fields) => ({ fields }),
	},
};
