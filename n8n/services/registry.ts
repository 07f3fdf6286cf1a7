/** The services the nodes know: the one list that all shared lists are made from. A fourth is one more entry here. */
import { ecwid } from './ecwid';
import { rootfi } from './rootfi';
import { webflow } from './webflow';

export const SERVICES = [webflow, ecwid, rootfi] as const;

export type ServiceName = (typeof SERVICES)[number]['name'];
