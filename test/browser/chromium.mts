/**
 * The browser: one that is there already, or Debian's, installed once.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import type { Progress } from '../host/install.mts';
import { longStep } from '../support/long-step.mts';

const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const BY_HAND =
	'Install Chromium or Chrome (on Debian: apt-get install chromium), or name one in the environment variable CHROMIUM.';

/** Chromium as it is found, or what CHROMIUM names; where there is none, it is installed if that can be. */
export async function openBrowser(progress: Progress = tellPerson): Promise<Browser> {
	return await chromium.launch({
		executablePath: process.env.CHROMIUM ?? found() ?? (await installed(progress)),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
}

function found(): string | undefined {
	return PLACES.find((place) => existsSync(place));
}

async function installed(progress: Progress): Promise<string> {
	try {
		await install(progress);
	} catch (error) {
		throw new Error(`The browser tests need a browser. ${BY_HAND}`, { cause: error });
	}
	const place = found();
	if (place === undefined) throw new Error(`Chromium is not where it is looked for. ${BY_HAND}`);
	return place;
}

async function install(progress: Progress): Promise<void> {
	if (!existsSync('/usr/bin/apt-get')) throw new Error('There is no apt-get to install it with');
	const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
	const env = { DEBIAN_FRONTEND: 'noninteractive' };
	const steps: Array<[string, string[]]> = [
		['Asking Debian for its packages', ['update']],
		['Installing Chromium (this once)', ['install', '-y', '--no-install-recommends', 'chromium']],
	];
	for (const [what, args] of steps) {
		const [command, ...rest] = [...asRoot, 'apt-get', ...args];
		await longStep(command, rest, { env }, (seconds) => progress(`${what} … ${seconds} s`));
	}
}

/** Past what jest collects: its report comes only at the end. */
function tellPerson(what: string): void {
	process.stderr.write(`${what}\n`);
}
