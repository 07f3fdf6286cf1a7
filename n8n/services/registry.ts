/** All services. What differs between them is said in their own files, and where docs/architecture.md names it. */
import { ecwid } from './ecwid';
import { rootfi } from './rootfi';
import { webflow } from './webflow';

export const SERVICES = [webflow, ecwid, rootfi] as const;

export type ServiceName = (typeof SERVICES)[number]['name'];
