/**
 * Makes the clock of a process jump over idle waiting: `node --require ./bench/fast-clock.cjs …`.
 *
 * While a program computes, or waits for an answer or its database, a second takes a second. Once it only waits for a
 * timer, its clock leaps to the moment that timer is due. So an hour of paced requests takes as long as the work in it,
 * and every program keeps the numbers it really has: a limit is a limit a minute, a pause is as long as it says. Timers
 * inside Node.js itself, such as those of idle sockets, stay as they are.
 *
 * Each request carries the time of the program that sends it: a server that is asked by one program can live by that.
 *
 * FAST_CLOCK names a file with `{ leaping, from }`; SIGUSR2 makes the process read it again. Its clock leaps
 * to `from`, in milliseconds since 1970, unless it is past that.
 */
'use strict';
const { AsyncResource } = require('node:async_hooks');
const { readFileSync } = require('node:fs');
const http = require('node:http');
const Module = require('node:module');
const { performance } = require('node:perf_hooks');
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');

/** The header that carries the time of the sender, in milliseconds since 1970. */
const HEADER = 'x-fast-clock';

/** Turns of the event loop in which nothing is awaited before the clock leaps. */
const IDLE_TURNS = 4;

const real = {
	Date,
	fetch: globalThis.fetch,
	request: http.request,
	hrtime: process.hrtime.bigint,
	performanceNow: performance.now.bind(performance),
	setTimeout: globalThis.setTimeout,
	clearTimeout: globalThis.clearTimeout,
	setImmediate: globalThis.setImmediate,
};

let leaping = false;
/** Milliseconds leapt so far. */
let leapt = 0;

const performanceNow = () => real.performanceNow() + leapt;
const now = () => Math.floor(performance.timeOrigin + performanceNow());
const hrtime = () => real.hrtime() + BigInt(Math.round(leapt * 1e6));

/** What the process waits for besides timers: answers and the database. */
let awaited = 0;

function hold() {
	awaited += 1;
	let held = true;
	return () => {
		if (!held) return;
		held = false;
		awaited -= 1;
		watch();
	};
}

// Timers

const pending = new Map();
let lastId = 0;
/** The one real timer: it ends when the first of the pending ones is due. */
let alarm = null;
let alarmAt = Number.POSITIVE_INFINITY;
let watching = false;

class Timer {
	constructor(callback, ms, args, repeats) {
		this.callback = AsyncResource.bind(callback);
		this.ms = ms >= 1 && ms <= 2 ** 31 - 1 ? Math.trunc(ms) : 1;
		this.args = args;
		this.repeats = repeats;
		this.isRef = true;
		this.id = lastId += 1;
		this.refresh();
	}

	refresh() {
		this.due = performanceNow() + this.ms;
		pending.set(this.id, this);
		if (this.due < alarmAt) arm();
		else if (this.isRef) alarm?.ref();
		watch();
		return this;
	}

	ref() {
		this.isRef = true;
		arm();
		return this;
	}

	unref() {
		this.isRef = false;
		arm();
		return this;
	}

	hasRef() {
		return this.isRef;
	}

	close() {
		pending.delete(this.id);
		if (pending.size === 0 || this.due <= alarmAt || this.isRef) arm();
		return this;
	}

	[Symbol.toPrimitive]() {
		return this.id;
	}

	[Symbol.dispose ?? Symbol('dispose')]() {
		this.close();
	}
}

function first() {
	let earliest;
	for (const timer of pending.values()) {
		if (earliest === undefined || timer.due < earliest.due) earliest = timer;
	}
	return earliest;
}

function arm() {
	real.clearTimeout(alarm);
	alarm = null;
	const next = first();
	alarmAt = next?.due ?? Number.POSITIVE_INFINITY;
	if (next === undefined) return;
	alarm = real.setTimeout(fire, Math.max(Math.ceil(next.due - performanceNow()), 1));
	if (![...pending.values()].some(({ isRef }) => isRef)) alarm.unref();
}

/** Runs the timer that is due, and another one in the next turn: what a timer starts comes first, as it would. */
function fire() {
	alarmAt = Number.POSITIVE_INFINITY;
	const timer = first();
	if (timer === undefined) return;
	try {
		if (timer.due <= performanceNow()) {
			if (timer.repeats) timer.due = performanceNow() + timer.ms;
			else pending.delete(timer.id);
			timer.callback(...timer.args);
		}
	} finally {
		const next = first();
		if (next !== undefined && next.due <= performanceNow()) real.setImmediate(fire);
		else arm();
		watch();
	}
}

/** Leaps once the event loop has had nothing to do for a while. */
function watch() {
	if (watching || !leaping || awaited > 0 || pending.size === 0) return;
	watching = true;
	const turn = (left) => {
		if (leaping && awaited === 0 && left > 0) return void real.setImmediate(turn, left - 1);
		watching = false;
		const next = first();
		if (!leaping || awaited > 0 || next === undefined) return;
		leapt += Math.max(next.due - performanceNow(), 0);
		fire();
	};
	turn(IDLE_TURNS);
}

function install(target, name, value) {
	Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

function installTimers() {
	const make =
		(repeats) =>
		(callback, ms, ...args) =>
			new Timer(callback, ms, args, repeats);
	const clear = (timer) => {
		const found = timer instanceof Timer ? timer : pending.get(Number(timer));
		if (found !== undefined) found.close();
		else real.clearTimeout(timer);
	};
	const fastTimeout = make(false);
	const fastInterval = make(true);
	const wait = async (ms, value, { signal, ref = true } = {}) =>
		await new Promise((resolve, reject) => {
			signal?.throwIfAborted();
			const timer = fastTimeout(resolve, ms, value);
			if (!ref) timer.unref();
			signal?.addEventListener('abort', () => {
				timer.close();
				reject(signal.reason);
			});
		});
	const every = async function* (ms, value, options) {
		for (;;) yield await wait(ms, value, options);
	};
	install(fastTimeout, promisify.custom, wait);
	for (const target of [globalThis, timers]) {
		install(target, 'setTimeout', fastTimeout);
		install(target, 'setInterval', fastInterval);
		install(target, 'clearTimeout', clear);
		install(target, 'clearInterval', clear);
	}
	install(timersPromises, 'setTimeout', wait);
	install(timersPromises, 'setInterval', every);
	install(
		timersPromises.scheduler,
		'wait',
		async (ms, options) => await wait(ms, undefined, options),
	);
}

// Clocks

/** Shares its prototype with the built-in Date, so that dates made elsewhere are dates here too. */
function installDate() {
	function FastDate(...args) {
		if (new.target === undefined) return new real.Date(now()).toString();
		const target = new.target === FastDate ? real.Date : new.target;
		return Reflect.construct(real.Date, args.length === 0 ? [now()] : args, target);
	}
	install(FastDate, 'name', 'Date');
	install(FastDate, 'length', 7);
	FastDate.prototype = real.Date.prototype;
	for (const name of ['parse', 'UTC']) install(FastDate, name, real.Date[name]);
	install(FastDate, 'now', now);
	install(real.Date.prototype, 'constructor', FastDate);
	install(globalThis, 'Date', FastDate);
}

function installCounters() {
	install(performance, 'now', performanceNow);
	const fast = (before) => {
		const [seconds, rest] = before ?? [0, 0];
		const passed = hrtime() - (BigInt(seconds) * 1_000_000_000n + BigInt(rest));
		return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
	};
	install(fast, 'bigint', hrtime);
	install(process, 'hrtime', fast);
}

// What is waited for

/** Requests by Node's own client, which n8n's go through. */
function installRequests() {
	const request = (...args) => {
		const sent = real.request(...args);
		const release = hold();
		sent.once('close', release);
		if (!sent.headersSent) sent.setHeader(HEADER, now());
		return sent;
	};
	install(http, 'request', request);
	install(http, 'get', (...args) => {
		const sent = request(...args);
		sent.end();
		return sent;
	});
}

function installFetch() {
	install(globalThis, 'fetch', async (input, init = {}) => {
		const headers = new Headers(init.headers);
		headers.set(HEADER, String(now()));
		const release = hold();
		let response;
		let body;
		try {
			response = await real.fetch(input, { ...init, headers });
			body = await response.arrayBuffer();
		} finally {
			release();
		}
		const { status, statusText } = response;
		const isEmpty = status === 204 || status === 304;
		return new Response(isEmpty ? null : body, { status, statusText, headers: response.headers });
	});
}

/** n8n's database driver works on other threads, which no one sees. */
function installDatabase() {
	const { require: load } = Module.prototype;
	const known = new WeakSet();
	Module.prototype.require = function (name) {
		const loaded = load.call(this, name);
		if (name !== 'sqlite3' || known.has(loaded)) return loaded;
		known.add(loaded);
		for (const method of ['run', 'get', 'all', 'each', 'exec']) {
			const original = loaded.Database.prototype[method];
			loaded.Database.prototype[method] = function (...args) {
				const callback = args.at(-1);
				if (typeof callback !== 'function') return original.apply(this, args);
				const release = hold();
				args[args.length - 1] = function (...answer) {
					release();
					return callback.apply(this, answer);
				};
				return original.apply(this, args);
			};
		}
		return loaded;
	};
}

const file = process.env.FAST_CLOCK;
if (file !== undefined) {
	const read = () => {
		const told = JSON.parse(readFileSync(file, 'utf8'));
		leapt += Math.max(told.from - now(), 0);
		// So that the memory of one run is not counted as another's.
		if (told.leaping) globalThis.gc?.();
		({ leaping } = told);
		fire();
	};
	installTimers();
	installDate();
	installCounters();
	installRequests();
	installFetch();
	installDatabase();
	// ES modules hold copies of what a built-in module exported.
	Module.syncBuiltinESMExports();
	read();
	process.on('SIGUSR2', read);
}
