export const SITE_ID = '580e63e98c9a982ac9b8b741';
/** A site without Ecommerce: it has no SKU collection, and answers 409 to everything about stock. */
export const BARE_SITE_ID = '580e63e98c9a982ac9b8b7ff';
export const SKU_COLLECTION_ID = '6377a7c4b7a79608c34a46f7';
export const WORKSPACE_ID = '580e63e98c9a982ac9b8b700';

export const OBJECT_ID = /^[0-9a-f]{24}$/;

/** An id of 24 hex digits, the same at every seed. */
export function objectId(kind: number, n: number): string {
	return `${kind}0e63fc${n.toString(16).padStart(17, '0')}`.slice(0, 24);
}
