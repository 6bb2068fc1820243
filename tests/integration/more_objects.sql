-- Views, partitions and functions that a client could try to look through.
CREATE VIEW customer_cards AS SELECT c.id, c.full_name AS holder, c.phone AS telp, c.city FROM customers c WHERE c.id > 0;
CREATE VIEW customer_names AS SELECT id, holder || ' ' || telp AS label FROM customer_cards;
CREATE MATERIALIZED VIEW customer_copy AS SELECT * FROM customers WHERE id < 100;
CREATE FUNCTION leak(text) RETURNS text LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE 'leak %', $1; RETURN $1; END $$;
CREATE FUNCTION phone_of(bigint) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT phone FROM public.customers WHERE id = $1';
GRANT SELECT ON customer_cards, customer_names, customer_copy TO PUBLIC;

CREATE ROLE tabir_reader LOGIN PASSWORD 'backend-secret';
GRANT USAGE ON SCHEMA support, kyc, billing TO tabir_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public, support, kyc, billing TO tabir_reader;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, support, kyc, billing TO tabir_reader;
