// node-postgres: simple and extended queries, prepared statements, errors. Prints one JSON object for node_test.py.
// libpq's variables (PGHOST, PGUSER, ...) say where to connect; the argument says which part to run.
'use strict';
const { Client, Pool } = require('pg');

const refusalOf = (promise) => promise.then(() => null, (error) => ({ code: error.code, message: error.message, hint: error.hint }));

const parts = {
  async unrestricted() {
    const client = new Client();
    await client.connect();
    const simple = await client.query('SELECT 1 AS one; SELECT 2 AS two');
    const bound = await client.query('SELECT $1::int + 1 AS sum, $2::text AS text', [41, 'hé']);
    const prepared = [];
    for (const id of [1, 2, 3]) {
      const result = await client.query({ name: 'by-id', text: 'SELECT id FROM customers WHERE id = $1', values: [id] });
      prepared.push(Number(result.rows[0].id));
    }
    const failed = await refusalOf(client.query('SELECT 1/0'));
    const arrays = await client.query({ text: 'SELECT id, city FROM customers WHERE id < 4 ORDER BY id', rowMode: 'array' });
    const notified = new Promise((resolve) => client.once('notification', resolve));
    await client.query('LISTEN news');
    await client.query("NOTIFY news, 'hello'");
    const payload = (await notified).payload;
    await client.end();
    return {
      simple: simple.map((result) => result.rows), bound: bound.rows[0], prepared, failed: failed.code,
      arrays: arrays.rows.length, fields: arrays.fields.map((field) => field.name), payload,
    };
  },

  async pool() {
    const pool = new Pool({ max: 4 });
    const numbers = Array.from({ length: 40 }, (_, n) => n);
    const results = await Promise.all(numbers.map((n) => pool.query('SELECT $1::int AS n', [n])));
    await pool.end();
    return { numbers: results.map((result) => result.rows[0].n) };
  },

  async agent() {
    const client = new Client();
    await client.connect();
    const byId = await client.query('SELECT * FROM customers WHERE id = $1', [4711]);
    const found = await client.query('SELECT id, phone FROM customers WHERE phone = $1', [process.env.CUSTOMER_PHONE]);
    const refused = await refusalOf(client.query('SELECT * FROM kyc.documents WHERE customer_id = $1', [1]));
    const stopped = await refusalOf(client.query('SELECT id FROM customers WHERE id > $1', [0]));
    const after = await client.query('SELECT 1 AS one');
    await client.end();
    return {
      row: byId.rows[0], fields: byId.fields.map((field) => field.name), found: found.rows, refused, stopped,
      after: after.rows[0].one,
    };
  },
};

parts[process.argv[2]]().then(
  (result) => console.log(JSON.stringify(result)),
  (error) => { console.error(error); process.exitCode = 1; });
