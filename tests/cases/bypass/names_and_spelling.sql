-- Other spellings of the same names, and texts that another lexer would read otherwise.

SELECT "phone" FROM "public"."customers" WHERE "id" = 7

SELECT U&"\0070hone" FROM U&"\0063ustomers" WHERE id = 7

SELECT U&"!0070hone" UESCAPE '!' FROM customers WHERE id = 7

SELECT PHONE FROM CuStOmErS WHERE ID = 7

SELECT/**/phone/*x*/FROM/*/**/*/customers--
WHERE id = 7

SELECT /* /* */ id */ phone FROM customers WHERE id = 7

SELECT public.customers.phone FROM public.customers WHERE id = 7


SELECT phone FROM ONLY (customers) WHERE id = 7

SELECT phone FROM customers * WHERE id = 7

SELECT phone FROM customers TABLESAMPLE BERNOULLI (100) WHERE id = 7

TABLE customers

TABLE ONLY customers

SELECT phone AS city, city AS phone FROM customers WHERE id = 7

SELECT 1 AS a, phone a FROM customers WHERE id = 7

SELECT phone COLLATE "C" FROM customers WHERE id = 7

SELECT phone::varchar(50), CAST(email AS char(60)), address::name FROM customers WHERE id = 7

SELECT phone OPERATOR(pg_catalog.||) '' FROM customers WHERE id = 7

SELECT E'\x27', phone, E'\'' FROM customers WHERE id = 7

SELECT '\', phone, ' FROM nothing', U&'d\0061t\+000061', $q$', $$ $q$ FROM customers WHERE id = 7

SET standard_conforming_strings = off
SELECT '\'' , phone, ' -- ' FROM customers WHERE id = 7

SELECT customers.phone FROM customers, (VALUES (1)) AS phone WHERE id = 7

WITH customers AS (SELECT * FROM customers) SELECT phone FROM customers WHERE id = 7

WITH customers AS (SELECT 1) SELECT phone FROM public.customers WHERE id = 7

WITH RECURSIVE customers AS (SELECT c.id, c.phone FROM public.customers c WHERE id = 7 UNION ALL SELECT id + 1, phone FROM customers WHERE id < 9) SELECT * FROM customers

WITH w (id, city) AS (SELECT id, phone FROM customers) SELECT city FROM w WHERE id = 7

WITH w AS MATERIALIZED (SELECT * FROM customers) SELECT email FROM w WHERE id = 7

SELECT x.phone FROM pg_class, customers x WHERE id = 7 ORDER BY oid LIMIT 1

SELECT phone FROM customers x NATURAL JOIN (SELECT id FROM customers) y WHERE id = 7

SELECT phone FROM customers x JOIN customers y USING (phone) WHERE x.id = 7

SELECT u.phone FROM customers x JOIN customers y USING (id, phone) AS u WHERE u.id = 7

SELECT l.x FROM customers, LATERAL (SELECT customers.phone AS x) l WHERE id = 7

SELECT v FROM customers, LATERAL (VALUES (phone), (email)) l (v) WHERE id = 7

SELECT r.* FROM customers, LATERAL ROWS FROM (string_to_table(phone, NULL), string_to_table(email, NULL)) r WHERE id = 7

SELECT g FROM customers, generate_series(1, length(email)) g WHERE id = 7

SELECT t.* FROM customers, XMLTABLE('/a' PASSING xmlelement(NAME a, email) COLUMNS v text PATH '.') t WHERE id = 7

SELECT 'x' UNION ALL SELECT phone FROM customers WHERE id = 7

SELECT phone FROM customers WHERE id = 7 UNION SELECT email FROM customers WHERE id = 7 ORDER BY 1

SELECT phone FROM customers EXCEPT SELECT phone FROM customers WHERE id <> 7

SELECT phone FROM customers INTERSECT SELECT phone FROM customers WHERE id = 7

VALUES ((SELECT phone FROM customers WHERE id = 7))

SELECT ARRAY(SELECT phone FROM customers ORDER BY id)

SELECT (SELECT phone FROM customers WHERE id = 7) || ''

SELECT DISTINCT ON (phone) phone FROM customers ORDER BY phone

SELECT phone FROM customers GROUP BY phone ORDER BY 1

SELECT phone FROM customers GROUP BY GROUPING SETS ((phone), ()) ORDER BY 1

SELECT first_value(email) OVER w, nth_value(phone, 2) OVER w FROM customers WINDOW w AS (ORDER BY id DESC) ORDER BY id

SELECT (SELECT string_agg(c.phone, ',')) FROM customers c

SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY phone), mode() WITHIN GROUP (ORDER BY email) FROM customers

SELECT max(phone), min(email), string_agg(address, ',' ORDER BY id) FROM customers

SELECT rank('bm') WITHIN GROUP (ORDER BY email) FROM customers

SELECT id_number FROM customers WHERE id = 7

SELECT * FROM customers AS c (a, b, d, e, f, g, h, i, j, phone) WHERE a = 7
