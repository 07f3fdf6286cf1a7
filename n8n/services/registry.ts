/** The services the nodes support. A fourth one is one more line here. */
export type ServiceName = 'webflow' | 'ecwid' | 'rootfi';
