/** Orders that are to be cancelled: each order and its entry in the run in one transaction, or neither. */
import pg from 'pg';
import { enqueue, openLedger } from 'ifortepay-va/bulk';

const database = process.env.DATABASE_URL ?? 'postgres://localhost/shop';
const count = Number(process.argv[2] ?? 20);

// Makes the ledger's tables, once; from then on `enqueue` needs nothing but the transaction.
await (await openLedger({ database, run: 'orders' })).close();

const client = new pg.Client({ connectionString: database });
await client.connect();
await client.query('CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, state text NOT NULL)');
for (let n = 1; n <= count; n++) {
  const order = `ORDER-${n}`;
  await client.query('BEGIN');
  try {
    await client.query(`INSERT INTO orders VALUES ($1, 'cancelling')`, [order]);
    await enqueue(
      client,
      [
        {
          external_id: `FAKE-${n}`,
          order_id: order,
          transaction_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
          payment_channel: 'BCA-POLYTRON',
          single_use: true,
        },
      ],
      { run: 'orders' },
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
await client.end();
console.log(`${count} orders are being cancelled`);
