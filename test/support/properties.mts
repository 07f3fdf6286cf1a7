/**
 * Properties are tried with the same random values every time, so that a change alone can turn a test red. `PROPERTY_SEED`
 * names others; `PROPERTY_SEED=random` explores, as the nightly run does, and a failure names the seed to repeat.
 */
import fc from 'fast-check';

const named = process.env.PROPERTY_SEED ?? '20261122';
const seed = named === 'random' ? Date.now() % 2 ** 31 : Number(named);

fc.configureGlobal({ seed });
