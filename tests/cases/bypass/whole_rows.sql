-- The row as a value: masked columns must not come back through it. One statement a line, cases stand apart.

SELECT c FROM customers c WHERE id = 7

SELECT c.* FROM customers c WHERE id = 7

SELECT customers FROM customers WHERE id = 7

SELECT (c).phone FROM customers c WHERE id = 7

SELECT (c.*).email FROM customers c WHERE id = 7

SELECT ROW(c.*) FROM customers c WHERE id = 7

SELECT ROW(c.phone, c.email) FROM customers c WHERE id = 7

SELECT c::text FROM customers c WHERE id = 7

SELECT c.*::text FROM customers c WHERE id = 7

SELECT to_json(c) FROM customers c WHERE id = 7

SELECT row_to_json(c, true) FROM customers c WHERE id = 7

SELECT to_jsonb(c) ->> 'phone' FROM customers c WHERE id = 7

SELECT c.row_to_json FROM customers c WHERE id = 7

SELECT c.to_jsonb -> 'email' FROM customers c WHERE id = 7

SELECT c.concat FROM customers c WHERE id = 7

SELECT c.pg_column_size FROM customers c ORDER BY id

SELECT phone(c) FROM customers c WHERE id = 7

SELECT full_name(customers) FROM customers WHERE id = 7

SELECT jsonb_each_text(to_jsonb(c)) FROM customers c WHERE id = 7

SELECT * FROM jsonb_each((SELECT to_jsonb(c) FROM customers c WHERE id = 7))

SELECT * FROM jsonb_to_record((SELECT to_jsonb(c) FROM customers c WHERE id = 7)) AS r (phone text, email text)

SELECT * FROM jsonb_populate_record(NULL::customers, (SELECT to_jsonb(c) FROM customers c WHERE id = 7))

SELECT (jsonb_populate_record(c, '{}')).phone FROM customers c WHERE id = 7

SELECT json_agg(c ORDER BY id) FROM customers c WHERE id < 5

SELECT array_agg(c ORDER BY id) FROM customers c WHERE id < 5

SELECT xmlforest(c.phone AS p, c.email) FROM customers c WHERE id = 7

SELECT xmlelement(NAME e, xmlattributes(c.phone), c) FROM customers c WHERE id = 7

SELECT id FROM customers c WHERE c > ROW(id, left(full_name, 1) || 'k', '', '', '', NULL, 1, '{}', '{}', '', '', '', 'basic', 0, NULL)::customers ORDER BY id

SELECT max(c::text) FROM customers c

SELECT string_agg(c::text, ';' ORDER BY id) FROM customers c

SELECT DISTINCT c FROM customers c ORDER BY c LIMIT 1

SELECT lag(c) OVER (ORDER BY id) FROM customers c WHERE id < 5

SELECT j FROM (customers c JOIN support.tickets t ON t.customer_id = c.id) AS j WHERE j.subject = 'login'

SELECT * FROM (customers c JOIN support.tickets t ON t.customer_id = c.id) AS j (a, b, d, e) LIMIT 20

SELECT format('%s', c) FROM customers c WHERE id = 7

SELECT concat_ws(',', c.*) FROM customers c WHERE id = 7

SELECT num_nulls(VARIADIC ARRAY[c::text, c.id_number]) FROM customers c ORDER BY id

SELECT c IS NULL, c IS NOT NULL, c.id_number IS NULL FROM customers c ORDER BY id

SELECT (SELECT c) FROM customers c WHERE id = 7

SELECT (SELECT x.phone FROM (SELECT c.*) x) FROM customers c WHERE id = 7

SELECT s.c FROM customers AS s (id, a, c) WHERE id = 7

SELECT a FROM customers AS s (id, a) WHERE id = 7

SELECT (ARRAY[c])[1].phone FROM customers c WHERE id = 7

SELECT unnest(ARRAY[c]) FROM customers c WHERE id = 7

SELECT CASE WHEN true THEN c END FROM customers c WHERE id = 7

SELECT coalesce(NULL, c) FROM customers c WHERE id = 7

SELECT c::customers FROM customers c WHERE id = 7

SELECT hashtext(c::text) FROM customers c WHERE id = 7

SELECT md5(c::text), sha256(convert_to(c::text, 'UTF8')) FROM customers c WHERE id = 7
