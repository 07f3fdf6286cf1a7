/**
 * Every text inside a value, however deep: keys, values, what errors hide from JSON (message, stack, cause), bytes as text.
 */
export function textsOf(value: unknown): string[] {
	const texts: string[] = [];
	const seen = new Set<unknown>();
	const queue: unknown[] = [value];
	while (queue.length > 0) {
		const next = queue.pop();
		if (typeof next === 'string') texts.push(next);
		if (typeof next !== 'object' || next === null || seen.has(next)) continue;
		seen.add(next);
		if (ArrayBuffer.isView(next)) {
			texts.push(Buffer.from(next.buffer, next.byteOffset, next.byteLength).toString('latin1'));
			continue;
		}
		if (next instanceof Map || next instanceof Set) queue.push(...next);
		for (const key of Reflect.ownKeys(next)) {
			texts.push(String(key));
			queue.push(valueOf(next, key));
		}
	}
	return texts;
}

function valueOf(holder: object, key: string | symbol): unknown {
	try {
		return Reflect.get(holder, key) as unknown;
	} catch {
		return undefined;
	}
}

/** The texts in which one of these secrets stands, in full or as a header or an address would write it. */
export function leaks(value: unknown, secrets: string[]): string[] {
	const wanted = secrets.flatMap((secret) => [
		secret,
		encodeURIComponent(secret),
		Buffer.from(secret).toString('base64').replace(/=+$/, ''),
	]);
	return textsOf(value).filter((text) => wanted.some((secret) => text.includes(secret)));
}
