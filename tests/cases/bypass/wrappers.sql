-- Statements that carry a query, and what lives longer than one.

COPY customers TO STDOUT

COPY customers (id, phone) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)

COPY customers TO STDOUT (FORMAT binary)

COPY (SELECT phone FROM customers ORDER BY id) TO STDOUT

COPY (TABLE customers) TO STDOUT (DELIMITER '|', NULL 'x')

COPY customers TO STDOUT (FORMAT csv, FORCE_QUOTE (phone), ENCODING 'LATIN1')

COPY billing.payments_2023 TO STDOUT

COPY (SELECT c FROM customers c WHERE id = 7) TO STDOUT

COPY (UPDATE customers SET city = city WHERE id = 7 RETURNING phone) TO STDOUT

BEGIN
DECLARE k CURSOR FOR SELECT id, phone FROM customers ORDER BY id
FETCH ALL FROM k

BEGIN
DECLARE k BINARY SCROLL CURSOR FOR SELECT phone FROM customers ORDER BY id
FETCH LAST FROM k
FETCH ABSOLUTE 2 FROM k

DECLARE k CURSOR WITH HOLD FOR SELECT phone FROM customers ORDER BY id DESC
FETCH 3 FROM k
CLOSE k

BEGIN
DECLARE k CURSOR FOR SELECT id FROM customers ORDER BY phone
MOVE 5 FROM k
FETCH 1 FROM k

BEGIN
DECLARE k CURSOR FOR SELECT * FROM customers WHERE phone LIKE '+628_5%' ORDER BY id
MOVE ALL FROM k

PREPARE p AS SELECT phone FROM customers WHERE id = $1
EXECUTE p (7)
DEALLOCATE p

PREPARE p (text) AS SELECT id FROM customers WHERE phone > $1 ORDER BY id
EXECUTE p ('+6285')
DEALLOCATE ALL

CREATE TEMP TABLE mine AS SELECT id, phone FROM customers
SELECT id + 0, phone || '' FROM mine ORDER BY id
DROP TABLE mine

SELECT id, email INTO TEMP mine FROM customers
SELECT email || '' FROM mine ORDER BY id
DROP TABLE mine

CREATE TEMP TABLE mine (id bigint, v text)
INSERT INTO mine SELECT id, phone FROM customers
SELECT v || '' FROM mine ORDER BY id
DROP TABLE mine

CREATE TEMP VIEW seen AS SELECT phone FROM customers WHERE id = 7
SELECT * FROM seen
DROP VIEW seen

SELECT 1; SELECT phone FROM customers WHERE id = 7

SELECT phone FROM customers WHERE id = 7; SELECT email FROM customers WHERE id = 7

BEGIN; SELECT phone FROM customers WHERE id = 7; ROLLBACK

SELECT id FROM customers WHERE phone > '+6285' ORDER BY id FOR UPDATE

SELECT id FROM customers ORDER BY phone LIMIT 8 FOR SHARE SKIP LOCKED

EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) CREATE TABLE gone AS SELECT * FROM customers WHERE phone > '+6285'
DROP TABLE gone
