-- One of two databases that differ in what a restricted role must not learn, and in nothing else. `twin` is 0 or 1.
-- What the masks of twins.yaml show is the same in both: last four digits, first letter and domain, initials, years,
-- NULLs of masked columns. Everything else about a protected value differs: characters, lengths, order, equality.
-- `outside` is 0 or 1: rows that the filter of the role `scoped` hides (region 'south') are other rows.
-- Customers 1 to 3 have the same number and address in both, so that a search can find somebody.
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.word(seed text, size int) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT translate(left(md5(seed), size), '0123456789', 'ghijklmnop') $$;

INSERT INTO public.customers
SELECT n,
       (ARRAY['A', 'B', 'C'])[1 + n % 3] || pg_temp.word(n || 'g' || :twin, 2 + (n * (3 + :twin)) % 7) || ' '
           || (ARRAY['S', 'T', 'U', 'V'])[1 + n % 4] || pg_temp.word(n || 'f' || :twin, 1 + (n * (5 + :twin)) % 6),
       CASE WHEN n <= 3 THEN '+6281000' ELSE '+62' || 811 + (n * (7 + 4 * :twin)) % 89
           || CASE WHEN (n + :twin) % 2 = 0 THEN '55' ELSE '' END END || lpad((n * 137 % 10000)::text, 4, '0'),
       CASE WHEN n % 11 <> 0 THEN (ARRAY['a', 'b', 'z'])[1 + n % 3] || CASE WHEN n <= 3 THEN 'same' || n
           ELSE pg_temp.word(n || 'e' || :twin, 3 + (n + :twin) % 5) END || '@' || (ARRAY['example.com', 'mail.example'])[1 + n % 2] END,
       CASE WHEN n % 7 <> 0 THEN 'Jl. ' || initcap(pg_temp.word((n / (2 + :twin)) || 'a' || :twin, 5)) END,
       CASE WHEN n % 13 <> 0 THEN make_date(1950 + n % 50, 1 + (n * (5 + :twin)) % 12, 1 + (n * (11 + :twin)) % 28) END,
       CASE WHEN n % 5 <> 0 THEN (1000 + n * (17 + 1000 * :twin) % 4999)::numeric / 4 END,
       CASE WHEN n % 6 <> 0 THEN jsonb_build_object('wa', pg_temp.word(n || 'w' || :twin, 6), 'n', n * (1 + :twin)) END,
       CASE WHEN n % 9 <> 0 THEN ARRAY[pg_temp.word(n || 'x' || :twin, 4), pg_temp.word(n || 'y' || :twin, 5)] END,
       CASE WHEN (n + :twin) % 3 <> 0 THEN pg_temp.word(n || 'i' || :twin, 12) END,
       (ARRAY['Medan', 'Bogor', 'Padang'])[1 + n % 3],
       'north',
       (ARRAY['basic', 'plus', 'gold'])[1 + n % 3]::public.level,
       CASE WHEN n % 4 <> 0 THEN n * 37 % 11 END,
       timestamptz '2023-01-01 00:00:00+00' + n * interval '41 hours'
FROM generate_series(1, 18) AS n;
-- Rows that only a row filter hides: of other people, other cities, and another number of them.
INSERT INTO public.customers
SELECT 100 + n, 'Dana ' || pg_temp.word(n || 'o' || :outside, 5), '+6290' || :outside || lpad(n::text, 4, '0'), NULL, NULL,
       date '1999-09-09', n * (1 + :outside), NULL, NULL, NULL, CASE WHEN :outside = 0 THEN 'Solo' ELSE 'Tegal' END, 'south',
       'gold', n * (3 - :outside), timestamptz '2024-02-01 00:00:00+00' + n * interval '1 hour'
FROM generate_series(1, 4 + 3 * :outside) AS n;

INSERT INTO support.tickets (id, customer_id, assignee, status, subject, labels, created_at)
SELECT n, 1 + n * 5 % 18, 'agent' || n % 3, CASE WHEN n % 2 = 0 THEN 'open' ELSE 'closed' END,
       (ARRAY['login', 'refund', 'card'])[1 + n % 3], ARRAY['l' || n % 2], timestamptz '2024-01-01 00:00:00+00' + n * interval '7 hours'
FROM generate_series(1, 30) AS n;

INSERT INTO billing.payments
SELECT n, 1 + n * 7 % 18, (n * 73 % 400)::numeric / 8, pg_temp.word(n || 'c' || :twin, 8) || lpad((n * 31 % 10000)::text, 4, '0'),
       date '2023-10-01' + n * 6
FROM generate_series(1, 36) AS n;

INSERT INTO public.customers_old (id, full_name, phone, city, region, level, created_at)
SELECT 200 + n, 'Eka T', '+6277' || pg_temp.word(n || 'q' || :twin, 4) || '000' || n, 'Medan', 'north', 'plus', timestamptz '2020-01-01 00:00:00+00'
FROM generate_series(1, 2) AS n;
INSERT INTO public.derived (id, phone) SELECT id, phone FROM public.customers;
-- Documents of many shapes; a json text keeps both of two keys that are one.
INSERT INTO public.contacts
SELECT n, CASE WHEN n % 9 = 0 THEN NULL WHEN n % 8 = 0 THEN to_jsonb(n) WHEN n % 5 = 0 THEN jsonb_build_array(d, n, d || '{"pin": true}') ELSE d END,
       CASE WHEN n % 9 <> 0 THEN format('{"contact": {"wa": "+62%s%s", "w\u0061": "+62%s%s"}, "contact": {"wa": "+62%s%s", "city": "x"}, "n": 1.0}',
           w, l, md5(w), l, w, l)::json END
FROM generate_series(1, 18) AS n,
     LATERAL (SELECT pg_temp.word(n || 'k' || :twin, 4 + (n + :twin) % 3) AS w, lpad((n * 137 % 10000)::text, 4, '0') AS l) AS of_twin,
     LATERAL (SELECT jsonb_build_object('city', 'c' || n % 3, 'pin', n * (17 + :twin), 'contact', jsonb_build_object(
         'wa', CASE WHEN n % 4 = 0 THEN jsonb_build_array('+62' || w || l, jsonb_build_object('x', w)) ELSE to_jsonb('+62' || w || l) END,
         'mail', 'z' || w || '@example.com', 'hours', n % 4)) AS d) AS document;
INSERT INTO public.accounts (id, customer_id, pin, score, note)
SELECT n, n, CASE WHEN n > 8 THEN 7 + :twin * n WHEN (n + :twin) % 2 = 0 THEN 600 + n ELSE 20 + n END, 30 + n, 'n' || n FROM generate_series(1, 10) AS n;
INSERT INTO public.visits SELECT n, n, make_date(1980, CASE WHEN n % (2 + :twin) = 0 THEN 3 ELSE 9 END, n), 'v' || n FROM generate_series(1, 12) AS n;
INSERT INTO public.untold SELECT id, phone FROM public.customers;
REFRESH MATERIALIZED VIEW public.customer_copy;
ANALYZE;
