/** All services; every other list of services is derived from this one. */
import { ecwid } from './ecwid';
import { rootfi } from './rootfi';
import { webflow } from './webflow';

export const SERVICES = [webflow, ecwid, rootfi] as const;

export type ServiceName = (typeof SERVICES)[number]['name'];
