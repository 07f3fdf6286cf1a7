/**
 * Two shops sell 40 items of one stock at random moments, while calls get lost and doubled, answers get lost, and n8n is
 * killed three times. When all is quiet, no sale is missing and none counts twice.
 */
import { Chat } from '../receivers.mts';
import { useHost } from '../setup.mts';
import { CAUSES, inAHurry, products, SharedSales } from './shared-sales.mts';
import { CHECK, importShared } from './shared-stock.mts';
import { describeWithTables } from './tables.mts';

/** After how many sales n8n is killed, and how many more are made before it is started again. */
const KILLS = [120, 250, 380];
const WHILE_DOWN = 15;
/** Milliseconds for sales of two minutes, and a rest that may take four on a busy computer. */
const TIMEOUT = 600_000;

describeWithTables('two shops, one stock, through crashes', () => {
	const host = useHost((sandbox) => sandbox.seed({ products }));
	let chat: Chat;
	beforeAll(async () => (chat = await Chat.open()));
	afterAll(async () => await chat.close());

	test(
		'both shops stand at the start minus all sales, and what is set aside has an unknown answer',
		async () => {
			const { n8n } = host;
			const id = await importShared(host, chat.url, inAHurry);
			await n8n.run(id, CHECK);
			await n8n.activate(id);

			const sales = new SharedSales(host);
			let starting = Promise.resolve();
			await sales.sellAll(async (n) => {
				if (KILLS.includes(n)) {
					await starting;
					await n8n.down('SIGKILL');
				}
				if (KILLS.includes(n - WHILE_DOWN)) starting = n8n.up();
			});
			await starting;

			const aside = await sales.rest();
			process.stderr.write(`${aside.length} SKUs are set aside\n`);
			for (const { problem } of aside) expect(problem).toMatch(CAUSES);
			await sales.answer(aside);
		},
		TIMEOUT,
	);
});
