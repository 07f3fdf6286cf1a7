/** The services the nodes know. A fourth is one more line here. */
export type PlatformName = 'webflow' | 'ecwid' | 'rootfi';
