-- Errors and notices that quote or depend on a value.

SELECT phone::int FROM customers WHERE id = 7

SELECT email::date FROM customers WHERE id = 7

SELECT email::jsonb FROM customers WHERE id = 7

SELECT full_name::interval FROM customers WHERE id = 7

SELECT email::inet FROM customers WHERE id = 7

SELECT email::regclass FROM customers WHERE id = 7

SELECT full_name::public.level FROM customers WHERE id = 7

SELECT to_date(email, 'YYYY') FROM customers WHERE id = 7

SELECT 1 / (CASE WHEN phone LIKE '+628_5%' THEN 0 ELSE 1 END) FROM customers WHERE id < 10

SELECT id FROM customers WHERE 1 / (CASE WHEN income > 400 THEN 0 ELSE 1 END) >= 0 AND id < 18 ORDER BY id

SELECT ('{' || phone || '}')::int[] FROM customers WHERE id = 7

SELECT to_tsquery(full_name || ' ' || email) FROM customers WHERE id = 7

SELECT chr(ascii(substr(email, 2, 1))) FROM customers ORDER BY id

SELECT repeat('x', ascii(substr(email, 2, 1)) - 90) FROM customers ORDER BY id

SELECT set_config('application_name', phone, false) FROM customers WHERE id = 7

SELECT set_config(email, 'x', false) FROM customers WHERE id = 7

SELECT current_setting(phone) FROM customers WHERE id = 7

SELECT make_date(1990, ('x' || md5(email))::bit(16)::int, 1) FROM customers WHERE id = 7

SELECT (SELECT id FROM customers WHERE phone LIKE '+628_5%')

SELECT string_to_array(email, 'a')::date[] FROM customers WHERE id = 7

SELECT xmlparse(DOCUMENT email) FROM customers WHERE id = 7

SELECT phone::money FROM customers WHERE id = 7

BEGIN
UPDATE support.tickets SET status = (SELECT email FROM customers WHERE id = 7) WHERE id = 1

BEGIN
INSERT INTO support.tickets SELECT 4000, 1, phone, email, 'x' FROM customers WHERE id = 7

BEGIN
INSERT INTO support.tickets (id, customer_id, assignee, status, subject) SELECT 1000, 90000 + ('x' || md5(email))::bit(16)::int, 'x', 'open', 'x' FROM customers WHERE id = 7

BEGIN
INSERT INTO customers (id, full_name, phone, city, region, level, created_at) SELECT 900, full_name, phone, city, region, level, created_at FROM customers WHERE id = 7
