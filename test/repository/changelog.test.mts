/** What a release does to the changelog. */
import { notes, release } from '../../tools/changelog.mjs';

const HEAD = '# Changelog\n\n';
const REPOSITORY = 'https://github.com/inventory-sync/n8n-nodes-inventory-sync';
const first = `${HEAD}## [Unreleased]\n\n### Added\n\n- A node.\n\n[unreleased]: ${REPOSITORY}/commits/main\n`;

test('what was unreleased belongs to the version, and becomes its notes', () => {
	const released = release(first, '1.0.0', '2026-01-31');
	expect(released).toBe(
		`${HEAD}## [Unreleased]\n\n## [1.0.0] - 2026-01-31\n\n### Added\n\n- A node.\n\n` +
			`[unreleased]: ${REPOSITORY}/compare/1.0.0...HEAD\n[1.0.0]: ${REPOSITORY}/releases/tag/1.0.0\n`,
	);
	expect(notes(released, '1.0.0')).toBe('### Added\n\n- A node.');
});

test('the next version is compared with the one before', () => {
	const one = release(first, '1.0.0', '2026-01-31');
	const more = one.replace('## [Unreleased]\n', '## [Unreleased]\n\n### Fixed\n\n- A word.\n');
	const two = release(more, '1.1.0', '2026-02-28');
	expect(two).toContain(`[unreleased]: ${REPOSITORY}/compare/1.1.0...HEAD`);
	expect(two).toContain(`[1.1.0]: ${REPOSITORY}/compare/1.0.0...1.1.0`);
	expect(notes(two, '1.1.0')).toBe('### Fixed\n\n- A word.');
	expect(notes(two, '1.0.0')).toBe('### Added\n\n- A node.');
});

test('a version without changes is not released', () => {
	const released = release(first, '1.0.0', '2026-01-31');
	expect(() => release(released, '1.0.1', '2026-02-01')).toThrow('nothing under Unreleased');
});
