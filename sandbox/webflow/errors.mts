export type Version = 'v1' | 'v2';

/** Status, v2 code and words; v1 has names of its own. Source: openapi/v2.yml and recorded v1 traffic. */
const PROBLEMS = {
	not_authorized: {
		status: 401,
		code: 'not_authorized',
		words: 'Request not authorized',
		v1: 'Unauthorized',
	},
	missing_scopes: {
		status: 403,
		code: 'missing_scopes',
		words: 'OAuthForbidden: You are missing the following scopes - ',
		v1: 'Unauthorized',
	},
	resource_not_found: {
		status: 404,
		code: 'resource_not_found',
		words: 'Requested resource not found',
		v1: 'NotFound',
	},
	ecommerce_not_enabled: {
		status: 409,
		code: 'ecommerce_not_enabled',
		words: 'Ecommerce is not yet initialized',
		v1: 'Conflict',
	},
	too_many_requests: {
		status: 429,
		code: 'too_many_requests',
		words: 'Too many requests',
		v1: 'RateLimit',
	},
	bad_request: {
		status: 400,
		code: 'bad_request',
		words: 'Bad Request: Request is malformed',
		v1: 'SyntaxError',
	},
	invalid_id: {
		status: 400,
		code: 'validation_error',
		words: 'Validation Error: Provided ID is invalid',
		v1: 'ValidationError',
	},
	validation_error: {
		status: 400,
		code: 'validation_error',
		words: 'Validation Error',
		v1: 'ValidationError',
	},
	conflict: {
		status: 409,
		code: 'conflict',
		words: 'Conflict',
		v1: 'Conflict',
	},
	unsupported_webhook_trigger_type: {
		status: 400,
		code: 'unsupported_webhook_trigger_type',
		words: 'Unsupported webhook trigger type',
		v1: 'ValidationError',
	},
	incompatible_webhook_filter: {
		status: 400,
		code: 'incompatible_webhook_filter',
		words: 'Incompatible webhook filter',
		v1: 'ValidationError',
	},
	fields_required: {
		status: 400,
		code: 'validation_error',
		words: "ValidationError: 'fields' is required",
		v1: 'ValidationError',
	},
	not_the_sku_collection: {
		status: 400,
		code: 'bad_request',
		words: 'BadRequest: SKU collection not specified',
		v1: 'BadRequest',
	},
} as const;

export function errorBody(
	version: Version,
	problem: keyof typeof PROBLEMS,
	words?: string,
	param = 'inventory',
): { status: number; body: unknown } {
	const { status, code, words: message, v1 } = PROBLEMS[problem];
	const scope = problem === 'missing_scopes' ? (words ?? '') : '';
	if (version === 'v2') {
		const details = words === undefined || scope !== '' ? [] : [{ param, description: words }];
		return {
			status,
			body: { code, message: `${message}${scope}`, externalReference: null, details },
		};
	}
	// v1 answers a conflict with 400.
	const v1Status = status === 409 ? 400 : status;
	const problems = words === undefined ? {} : { problems: [words] };
	return {
		status: v1Status,
		body: {
			msg: message,
			code: v1Status,
			name: v1,
			path: '',
			err: `${v1}: ${message}`,
			...problems,
		},
	};
}
