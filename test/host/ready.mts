/** Installs n8n before the first test of it, where that may take as long as it has to: a test has a time limit. */
import { installN8n } from './install.mts';

await installN8n(console.log);
