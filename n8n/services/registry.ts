/** The services the nodes know. A fourth is one more line here. */
export type ServiceName = 'webflow' | 'ecwid' | 'rootfi';
