-- Ordinary mistakes: SQLSTATE, message, hint and position are what PostgreSQL says directly.
SELECT 1/0
SELECT nope FROM customers
SELECT c.nope FROM customers c
SELECT x.id FROM customers c
SELEC 1
SELECT * FROM nowhere
SELECT 'abc'::int
SELECT 'ä', 'abc'::int
SELECT 1; SELECT 'abc'::int
SELECT id FROM customers WHERE id = 'abc'
SELECT upper(1, 2)
SET datestyle = 'x'
SELECT 1 +
SELECT id FROM customers WHERE city = 5
SELECT sum(city) FROM customers
SELECT city, count(*) FROM customers
SELECT id FROM customers LIMIT -1
SELECT (SELECT id FROM customers)
SAVEPOINT a
ROLLBACK TO a
COMMIT
SELECT 99999999999::int
SELECT 'x'::date
SELECT '2020-13-45'::date
SELECT 'a'::nosuchtype
SELECT id FROM customers ORDER BY 7
SELECT id FROM customers GROUP BY city
SELECT * FROM customers WHERE id IN (1,2,
SELECT id, FROM customers
SELECT 'a' || 1 + 'b'
SELECT CASE WHEN 1 THEN 2 END
SELECT id FROM customers UNION SELECT city FROM customers
SELECT id FROM customers UNION SELECT id, city FROM customers
SELECT ARRAY[1, 'a']
SELECT '{1,2'::int[]
SELECT interval '1 foo'
SELECT substring('abc', 1, -1)
SELECT sqrt(-1)
SELECT ln(0)
SELECT 2147483647 + 1
SELECT 'a' ~ '('
SELECT city ~ '(' FROM customers LIMIT 1
SELECT 'foo'::regclass
SELECT json '{"a"'
SELECT '{"a"'::jsonb -> 'b'
SELECT (city || '{')::json FROM customers LIMIT 1
SELECT id FROM customers c JOIN customers d ON true WHERE id = 1
SELECT DISTINCT ON (city) id FROM customers ORDER BY id
SELECT row_number() FROM customers
SELECT max(max(id)) FROM customers
SELECT id FROM customers WHERE max(id) > 1
SELECT gen_random_uuid() = 'x'
SELECT count(*) FROM generate_series(1, 2, 0)
SELECT NULL::int[][1] + 'a'::bytea
SET TRANSACTION ISOLATION LEVEL bogus
