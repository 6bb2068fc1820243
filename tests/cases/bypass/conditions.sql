-- Bits of a value through what is done with it: conditions, order, groups, joins, arithmetic.

SELECT id FROM customers WHERE phone LIKE '+628_5%' ORDER BY id

SELECT id FROM customers WHERE phone ~ '^\+628[3-6]' ORDER BY id

SELECT id FROM customers WHERE email SIMILAR TO '[a-z][a-m]%' ORDER BY id

SELECT id FROM customers WHERE left(phone, 5) = '+6284' ORDER BY id

SELECT id FROM customers WHERE phone > '+62840' ORDER BY id

SELECT id FROM customers WHERE phone BETWEEN '+62830' AND '+62860' ORDER BY id

SELECT id FROM customers WHERE length(email) = 21 ORDER BY id

SELECT id FROM customers WHERE birthday > make_date(extract(year FROM birthday)::int, 6, 1) ORDER BY id

SELECT id FROM customers WHERE extract(month FROM birthday) = 6 ORDER BY id

SELECT id FROM customers WHERE birthday BETWEEN '1960-01-01' AND '1960-06-30' OR birthday < '1955-07-01' ORDER BY id

SELECT id FROM customers WHERE income > 500 ORDER BY id

SELECT id FROM customers WHERE income IS NOT NULL AND income::int % 2 = 0 ORDER BY id

SELECT id FROM customers WHERE profile ->> 'wa' < 'g' ORDER BY id

SELECT id FROM customers WHERE profile @> '{"n": 14}' ORDER BY id

SELECT id FROM customers WHERE 'a' < ANY (aliases) AND aliases[1] < 'h' ORDER BY id

SELECT id FROM customers WHERE id_number IS NULL ORDER BY id

SELECT id FROM customers WHERE id_number < 'h' ORDER BY id

SELECT id FROM customers ORDER BY phone

SELECT id FROM customers ORDER BY email DESC NULLS LAST

SELECT id FROM customers ORDER BY full_name, id

SELECT id FROM customers ORDER BY extract(doy FROM birthday), id

SELECT id, rank() OVER (ORDER BY income) FROM customers ORDER BY id

SELECT row_number() OVER (ORDER BY phone), id FROM customers ORDER BY id

SELECT ntile(3) OVER (ORDER BY email), id FROM customers ORDER BY id

SELECT count(*) FROM customers GROUP BY substr(full_name, 2, 1) ORDER BY 1

SELECT count(DISTINCT address) FROM customers

SELECT count(DISTINCT substr(phone, 6, 1)), max(substr(phone, 4, 3)) FROM customers

SELECT address IS NULL, count(*) FROM customers GROUP BY address ORDER BY 1, 2

SELECT a.id, b.id FROM customers a JOIN customers b ON a.address = b.address AND a.id < b.id ORDER BY 1, 2

SELECT a.id, b.id FROM customers a JOIN customers b ON a.phone < b.phone AND a.id = 5 ORDER BY 1, 2

SELECT id FROM customers c WHERE EXISTS (SELECT FROM customers d WHERE d.address = c.address AND d.id <> c.id) ORDER BY id

SELECT id FROM customers WHERE phone IN (SELECT '+62' || p || s || lpad((id * 137 % 10000)::text, 4, '0') FROM generate_series(811, 850) p, (VALUES (''), ('55')) v (s)) ORDER BY id

SELECT c.id, p FROM customers c JOIN generate_series(811, 900) p ON c.phone LIKE '+62' || p || '%' ORDER BY 1, 2

SELECT id FROM customers WHERE phone = ANY (ARRAY(SELECT phone FROM customers ORDER BY phone LIMIT 8)) ORDER BY id

SELECT count(*) FILTER (WHERE phone LIKE '+628_5%') FROM customers

SELECT sum(CASE WHEN email LIKE '_a%' THEN 1 ELSE 0 END) FROM customers

SELECT id, bool_or(phone > '+62850'), every(length(phone) > 10) FROM customers GROUP BY id ORDER BY id

SELECT width_bucket(length(email), 1, 40, 40), id FROM customers ORDER BY id

SELECT ascii(substr(phone, 5, 1)), id FROM customers ORDER BY id

SELECT get_byte(convert_to(phone, 'UTF8'), 4), id FROM customers ORDER BY id

SELECT position('1' IN phone), strpos(email, '@'), id FROM customers ORDER BY id

SELECT CASE WHEN phone < '+62850' THEN 'low' ELSE 'high' END, id FROM customers ORDER BY id

SELECT nullif(phone LIKE '%55____', true), id FROM customers ORDER BY id

SELECT greatest(phone, '+62850'), id FROM customers ORDER BY id

SELECT (birthday - date '1900-01-01') % 7, id FROM customers ORDER BY id

SELECT extract(doy FROM birthday), age(birthday), id FROM customers ORDER BY id

SELECT date_trunc('month', birthday), id FROM customers ORDER BY id

SELECT income * 2, trunc(income, -2), id FROM customers ORDER BY id

SELECT sum(income), avg(income), stddev(income) FROM customers

SELECT corr(income, id), regr_slope(income, id) FROM customers

SELECT to_tsvector('simple', full_name), ts_rank(to_tsvector('simple', email), 'a'::tsquery), id FROM customers ORDER BY id

SELECT phone = '+62855' IS TRUE, (phone, email) < ('+6285', 'm'), id FROM customers ORDER BY id

SELECT translate(phone, '0123456789', 'abcdefghij'), reverse(email), md5(phone), encode(phone::bytea, 'base64') FROM customers WHERE id = 7

SELECT regexp_replace(phone, '^', 'x'), regexp_split_to_array(phone, ''), regexp_matches(phone, '(.)(.)(.)') FROM customers WHERE id = 7

SELECT overlay(phone PLACING 'x' FROM 1 FOR 1), substring(phone FROM '...'), substring(phone SIMILAR '%#"___#"____' ESCAPE '#') FROM customers WHERE id = 7

SELECT LIMITED.id FROM (SELECT id FROM customers ORDER BY id LIMIT (SELECT length(email) FROM customers WHERE id = 7)) LIMITED

SELECT id FROM customers ORDER BY id OFFSET (SELECT ascii(substr(email, 2, 1)) % 9 FROM customers WHERE id = 7)

SELECT id FROM customers ORDER BY CASE WHEN phone LIKE '+628_5%' THEN -id ELSE id END

SELECT t.id FROM support.tickets t JOIN customers c ON c.id = t.customer_id AND c.phone LIKE '+628_5%' ORDER BY 1

SELECT DISTINCT substr(email, 2, 1) FROM customers ORDER BY 1

SELECT string_agg(id::text, ',' ORDER BY phone) FROM customers

SELECT array_agg(id ORDER BY email) FROM customers

SELECT lower(phone) = upper(phone), full_name ^@ 'A', id FROM customers WHERE full_name ^@ 'Aa' ORDER BY id

SELECT telp FROM cards WHERE id = 7

SELECT id FROM cards WHERE telp LIKE '+628_5%' ORDER BY id

SELECT holder, telp FROM support.cases ORDER BY id

SELECT id FROM support.cases WHERE telp > '+6285' ORDER BY id

SELECT address FROM cards ORDER BY address

SELECT card FROM billing.payments ORDER BY id

SELECT card FROM billing.payments_2023 ORDER BY id

SELECT id FROM billing.payments_2024 ORDER BY card

SELECT p.card FROM ONLY billing.payments_2023 p ORDER BY p.id
