import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { get } from './get';
import { getMany } from './get-many';
import { routable } from '../host/compatibility';
import type { Service } from '../services/service';
import type { Operation } from '../input/run-settings';
import { write } from './write';

export async function executeInventory(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[][]> {
	return [routable(context, await itemsOf(context, service))];
}

async function itemsOf(
	context: IExecuteFunctions,
	service: Service,
): Promise<INodeExecutionData[]> {
	const operation = context.getNodeParameter('operation', 0) as Operation;
	switch (operation) {
		case 'get':
			return await get(context, service);
		case 'getMany':
			return await getMany(context, service);
		default:
			return await write(context, service, operation);
	}
}
