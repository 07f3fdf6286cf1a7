/** The services, as the registry of the package lists them, for what is tried on each of them. */
import { SERVICES as REGISTERED, type ServiceName } from '../../n8n/services/registry.ts';

export type { ServiceName };

export const SERVICES: ServiceName[] = REGISTERED.map(({ name }) => name);

/** What people call them. */
export const LABELS = Object.fromEntries(
	REGISTERED.map(({ name, label }) => [name, label]),
) as Record<ServiceName, string>;

export type NodeName = `${ServiceName}Inventory`;
export const NODES: NodeName[] = SERVICES.map((name): NodeName => `${name}Inventory`);

export const serviceOf = (node: NodeName): ServiceName =>
	node.replace('Inventory', '') as ServiceName;
