/** Rules for the test of a credential: what n8n tells a person about an answer. */

export function onStatus(value: number, message: string) {
	return { type: 'responseCode' as const, properties: { value, message } };
}

/** For a success without a key that the service always sends: something else answers. */
export function onMissing(key: string, message: string) {
	return { type: 'responseSuccessBody' as const, properties: { key, value: undefined, message } };
}
