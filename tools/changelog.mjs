/**
 * CHANGELOG.md at a release: `release 1.2.0` puts what is under Unreleased under that version, and refuses when nothing is;
 * `notes 1.2.0` prints a version's part, for the release on GitHub.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CHANGELOG = new URL('../CHANGELOG.md', import.meta.url);
const UNRELEASED = '## [Unreleased]';
/** The only place that says where the package lives is package.json. */
const REPOSITORY = JSON.parse(
	readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).homepage.replace(/#.*$/, '');

/** @param today As in 2026-01-31. */
export function release(changelog, version, today) {
	if (notes(changelog, 'Unreleased') === '') {
		throw new Error(
			'CHANGELOG.md has nothing under Unreleased: write there what is new for users.',
		);
	}
	const before = /^\[unreleased\]: .*\/compare\/(.+)\.\.\.HEAD$/m.exec(changelog)?.[1];
	const link = before === undefined ? `releases/tag/${version}` : `compare/${before}...${version}`;
	return changelog
		.replace(UNRELEASED, `${UNRELEASED}\n\n## [${version}] - ${today}`)
		.replace(
			/^\[unreleased\]: .*$/m,
			`[unreleased]: ${REPOSITORY}/compare/${version}...HEAD\n[${version}]: ${REPOSITORY}/${link}`,
		);
}

/** What stands under a version's heading. */
export function notes(changelog, version) {
	const parts = changelog.split(/^(?=## \[)/m);
	const part = parts.find((text) => text.startsWith(`## [${version}]`)) ?? '';
	return part
		.replace(/^## .*$/m, '')
		.replace(/^\[[^\]]+\]: .*$/gm, '')
		.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [command, version] = process.argv.slice(2);
	const changelog = readFileSync(CHANGELOG, 'utf8');
	if (version === undefined || !['release', 'notes'].includes(command)) {
		throw new Error('Usage: node tools/changelog.mjs release|notes <version>');
	}
	if (command === 'notes') console.log(notes(changelog, version));
	else writeFileSync(CHANGELOG, release(changelog, version, new Date().toISOString().slice(0, 10)));
}
