-- What the statements of this folder run on. Raw phones begin with +62811, raw e-mails end in example.com.
CREATE SCHEMA kyc;
CREATE SCHEMA support;
CREATE SCHEMA billing;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE customers (
    id bigint PRIMARY KEY, full_name text NOT NULL, phone varchar(20), email text, address text, city text, birthday date,
    created_at timestamptz NOT NULL);
INSERT INTO customers
    SELECT i, 'Name ' || i, '+62811' || lpad(i::text, 6, '0'), 'user' || i || '@example.com', 'Street ' || i,
           (ARRAY['Jakarta', 'Bandung', 'Surabaya', 'Jayapura'])[1 + i % 4], date '1990-01-01' + i, timestamptz '2024-01-01 00:00Z' + i * interval '9 days'
    FROM generate_series(1, 40) AS i;
UPDATE customers SET phone = NULL, address = NULL WHERE id = 7;
CREATE TABLE kyc.documents (id bigint PRIMARY KEY, customer_id bigint NOT NULL, kind text NOT NULL, image bytea);
INSERT INTO kyc.documents SELECT i, 1 + i * 7 % 40, (ARRAY['ktp', 'sim'])[1 + i % 2], '\x01' FROM generate_series(1, 20) AS i;
CREATE TABLE support.tickets (id bigint PRIMARY KEY, customer_id bigint NOT NULL, assignee text, status text, subject text);
INSERT INTO support.tickets
    SELECT i, 1 + i * 3 % 30, 'agent' || i % 3, (ARRAY['open', 'closed'])[1 + i % 2], 'Ticket ' || i FROM generate_series(1, 25) AS i;
CREATE TABLE billing.transactions (id bigint PRIMARY KEY, customer_id bigint NOT NULL, amount numeric(10, 2), created_at timestamptz NOT NULL);
INSERT INTO billing.transactions SELECT i, 1 + i % 40, i * 1.5, timestamptz '2024-06-01 00:00Z' + i * interval '1 hour' FROM generate_series(1, 60) AS i;
CREATE VIEW contacts AS SELECT c.id, c.phone AS telp, c.address FROM customers c;
CREATE VIEW vip AS SELECT id, telp FROM contacts WHERE id < 10;
CREATE VIEW phone_book WITH (security_barrier) AS SELECT full_name, phone FROM customers WHERE city <> 'Jakarta';
CREATE VIEW masked_by_expression AS SELECT id, phone || ' ' || email || ' ' || address AS note FROM customers;
CREATE VIEW per_city AS SELECT city, count(*) AS people FROM customers GROUP BY city;
CREATE VIEW grouped_customers AS
    SELECT cu.id, cu.full_name, count(t.id) AS tickets FROM customers cu LEFT JOIN support.tickets t ON t.customer_id = cu.id GROUP BY cu.id;
CREATE VIEW payments AS SELECT id, amount FROM billing.transactions;
CREATE MATERIALIZED VIEW customers_materialized AS SELECT * FROM customers;
CREATE TABLE child_customers () INHERITS (customers);
CREATE FUNCTION leak(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
    $$ BEGIN RAISE EXCEPTION 'leaked %', value; END $$;
CREATE TABLE ids AS SELECT i::bigint AS id FROM generate_series(1, 3) AS i;
CREATE TABLE tree (id int PRIMARY KEY, up int);
INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 3);
CREATE TABLE par (id int, region text, phone text) PARTITION BY LIST (region);
CREATE TABLE par_eu PARTITION OF par FOR VALUES IN ('eu');
CREATE TABLE par_us PARTITION OF par FOR VALUES IN ('us');
INSERT INTO par VALUES (1, 'eu', '+491'), (2, 'us', '+12');
CREATE DOMAIN city_name AS text CHECK (value <> '');
CREATE TYPE span AS (low int, high int);
CREATE TABLE things (
    id int PRIMARY KEY, owner bigint, data json, extra jsonb, note xml, place point, tags text[], home span, mood mood, town city_name,
    "Odd ""name" int);
INSERT INTO things VALUES
    (1, 1, '{"a": 1}', '{"x": 1, "y": "z"}', '<n>one</n>', '(1,2)', '{a,b}', (1, 2), 'sad', 'Bandung', 5),
    (2, 2, '{"b": 2}', '{"x": 2}', '<n/>', '(3,4)', '{c}', (3, 4), 'happy', 'Jakarta', 6),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE more_things (id int PRIMARY KEY, jsons json[]);
INSERT INTO more_things VALUES (1, ARRAY['{"a": 1}'::json]);
CREATE FUNCTION label(customers) RETURNS text LANGUAGE sql AS 'SELECT $1.id || '' '' || $1.full_name';
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
CREATE FUNCTION pairs(most int, OUT n int, OUT twice int) RETURNS SETOF record LANGUAGE sql AS 'SELECT i, 2 * i FROM generate_series(1, most) AS i';
CREATE FUNCTION all_of(place text) RETURNS TABLE (id bigint, full_name text) LANGUAGE sql STABLE SECURITY DEFINER AS
    'SELECT id, full_name FROM public.customers WHERE city = place';
CREATE ROLE masked LOGIN;
GRANT USAGE ON SCHEMA kyc, support, billing TO masked;
GRANT SELECT ON ALL TABLES IN SCHEMA public, kyc, support, billing TO masked;
