-- What analysts write: no single person in it

SELECT count(*) FROM customers

SELECT city, count(*) FROM customers GROUP BY city ORDER BY 2 DESC, 1

SELECT city, count(*) FROM customers WHERE created_at >= date '2022-01-01' GROUP BY city HAVING count(*) >= 100 ORDER BY city

SELECT date_trunc('quarter', created_at)::date AS quarter, count(*) FROM customers GROUP BY 1 ORDER BY 1

SELECT to_char(x.created_at, 'YYYY-MM') AS month, kind, count(*), sum(amount), round(avg(amount), 2) FROM billing.transactions x GROUP BY 1, 2 ORDER BY 1, 2

SELECT c.city, sum(x.amount) AS turnover, count(DISTINCT c.id) AS customers FROM customers c JOIN billing.transactions x ON x.customer_id = c.id GROUP BY c.city ORDER BY turnover DESC, c.city

WITH monthly AS (SELECT date_trunc('month', created_at) AS m, count(*) AS n FROM customers GROUP BY 1) SELECT m, n, sum(n) OVER (ORDER BY m) AS running FROM monthly ORDER BY m

SELECT extract(isodow FROM created_at) AS weekday, count(*) FROM customers GROUP BY 1 ORDER BY 1

SELECT width_bucket(amount, 0, 2500000, 5) AS bucket, count(*) FROM billing.transactions GROUP BY 1 ORDER BY 1

SELECT kind, avg(amount), stddev_samp(amount), count(*) FROM billing.transactions GROUP BY kind ORDER BY kind

SELECT avg(n) FROM (SELECT city, count(*) AS n FROM customers GROUP BY city) per_city

SELECT count(*) FROM customers WHERE city IN ('Jakarta', 'Surabaya')

SELECT status, priority, count(*) FROM support.tickets GROUP BY CUBE (status, priority) ORDER BY 1 NULLS LAST, 2 NULLS LAST

SELECT DISTINCT city FROM customers ORDER BY city

SELECT DISTINCT date_trunc('year', c.created_at) AS year, c.city FROM customers c WHERE c.city IN ('Jakarta', 'Surabaya') ORDER BY year DESC, 2

SELECT count(*) FROM (SELECT DISTINCT c.city, x.kind FROM customers c JOIN billing.transactions x ON x.customer_id = c.id) AS pairs

-- What charts group by: Grafana's $__timeGroup, Metabase's and Tableau's bins
SELECT floor(extract(epoch from created_at)/2592000)*2592000 AS "time", count(*) AS value FROM billing.transactions WHERE created_at BETWEEN '2024-02-01T00:00:00Z' AND '2024-09-01T00:00:00Z' GROUP BY 1 ORDER BY 1

SELECT date_bin('30 days', created_at, timestamptz '2024-01-01') AS "time", kind AS metric, sum(amount) FROM billing.transactions GROUP BY 1, 2 ORDER BY 1, 2

SELECT FLOOR((("billing"."transactions"."amount" - 0.0) / 250000.0)) * 250000.0 + 0.0 AS "amount", COUNT(*) AS "count" FROM "billing"."transactions" GROUP BY FLOOR((("billing"."transactions"."amount" - 0.0) / 250000.0)) * 250000.0 + 0.0 ORDER BY 1 ASC

SELECT CAST((CAST(DATE_TRUNC('week', CAST("billing"."transactions"."created_at" AS timestamp) + INTERVAL '1 day') AS timestamp) + INTERVAL '-1 day') AS date) AS "week", COUNT(*) AS "count" FROM "billing"."transactions" WHERE "billing"."transactions"."created_at" < timestamptz '2024-03-01 00:00:00Z' GROUP BY 1 ORDER BY 1

SELECT CAST(EXTRACT(YEAR FROM "t"."created_at") AS INTEGER) AS "yr", CAST(TRUNC(EXTRACT(QUARTER FROM "t"."created_at")) AS INTEGER) AS "qr", SUM("t"."amount") FROM "billing"."transactions" "t" GROUP BY 1, 2 ORDER BY 1, 2

SELECT extract(year FROM created_at)::int / 2 * 2 AS years, count(*) FROM customers GROUP BY 1 ORDER BY 1

SELECT round(amount, -6) AS bucket, count(*) FROM billing.transactions GROUP BY 1 ORDER BY 1

-- Tools that put a query, or a whole table, into a sub-select
SELECT city AS city, count(*) AS count FROM (SELECT * FROM customers) AS virtual_table GROUP BY city ORDER BY count DESC, city LIMIT 1000

SELECT "source"."city" AS "city", COUNT(*) AS "count" FROM (SELECT "public"."customers"."id" AS "id", "public"."customers"."city" AS "city", "public"."customers"."created_at" AS "created_at" FROM "public"."customers") AS "source" GROUP BY "source"."city" ORDER BY "source"."city" ASC

SELECT kind, sum(amount) FROM (SELECT t.kind, t.amount FROM billing.transactions t WHERE t.created_at >= '2024-02-01' AND t.kind <> 'refund') AS virtual_table WHERE kind IN ('payment', 'top_up') OR kind = 'transfer' GROUP BY kind ORDER BY kind

SELECT c.city, sum(x.amount) FROM (SELECT * FROM customers) c JOIN (SELECT customer_id, amount FROM billing.transactions) x ON x.customer_id = c.id GROUP BY c.city ORDER BY c.city

WITH per_city AS (SELECT city, count(*) AS n FROM (SELECT id, city FROM customers) AS source GROUP BY city) SELECT max(n), min(n) FROM per_city

-- What tools send to learn the columns
SELECT * FROM (SELECT * FROM customers) "TableauSQL" LIMIT 0

SELECT id, full_name, phone FROM customers c WHERE 1 = 0

SELECT c.city, t.* FROM customers c JOIN billing.transactions t ON t.customer_id = c.id WHERE false

-- Conditions beside those that join, as builders of questions write them
SELECT c.city, count(*), sum(x.amount) FROM customers c JOIN billing.transactions x ON x.customer_id = c.id AND x.kind <> 'refund' GROUP BY c.city ORDER BY c.city

SELECT c.city, count(*) FROM customers c INNER JOIN billing.transactions AS x ON (x.customer_id = c.id AND (x.kind = 'refund' OR x.kind = 'transfer')) WHERE c.city = 'Bandung' OR c.city = 'Medan' GROUP BY c.city ORDER BY c.city

SELECT x.kind, count(*) FROM billing.transactions x JOIN customers c ON c.id = x.customer_id AND c.city = 'Bandung' AND x.amount BETWEEN 0 AND 100000000 LEFT JOIN support.tickets t ON t.customer_id = c.id GROUP BY x.kind ORDER BY x.kind

SELECT city, count(*) FROM customers WHERE (city <> 'Medan' AND created_at >= '2019-01-01') GROUP BY city ORDER BY city

SELECT city, count(*) FILTER (WHERE ((city <> 'Medan') AND (created_at >= '2019-01-01' AND created_at < '2035-01-01'))), sum(CASE WHEN (city = 'Bandung' AND (created_at >= '2019-01-01')) THEN 1 ELSE 0 END) FROM customers WHERE ((((city = 'Bandung') OR (city = 'Medan'))) AND (created_at >= '2019-01-01' AND city <> 'x')) GROUP BY city ORDER BY city

-- Shares of a total that stands in WITH or in a sub-select
WITH total AS (SELECT count(*) AS n FROM customers) SELECT city, round(count(*) * 100.0 / (SELECT n FROM total), 2) AS share FROM customers GROUP BY city ORDER BY city

SELECT city, count(*) * 100 / (SELECT t.n FROM (SELECT count(*) AS n FROM customers) t) AS share FROM customers GROUP BY city ORDER BY city

-- Data sets of charts that join tables
SELECT city AS city, sum(amount) AS sum FROM (SELECT c.city, t.amount, t.kind FROM customers c JOIN billing.transactions t ON t.customer_id = c.id WHERE t.kind = 'payment' OR t.kind = 'refund') AS virtual_table WHERE city <> 'Malang' OR city IS NULL GROUP BY city ORDER BY sum DESC LIMIT 1000

SELECT "Custom SQL Query"."city" AS "city", SUM("Custom SQL Query"."amount") AS "sum:amount:ok" FROM (SELECT c.city, t.amount FROM customers c INNER JOIN billing.transactions t ON (c.id = t.customer_id)) "Custom SQL Query" GROUP BY 1

SELECT "source"."city" AS "city", SUM("source"."amount") AS "sum" FROM (SELECT "public"."customers"."city" AS "city", "Transactions"."amount" AS "amount" FROM "public"."customers" LEFT JOIN "billing"."transactions" AS "Transactions" ON "public"."customers"."id" = "Transactions"."customer_id") AS "source" GROUP BY "source"."city" ORDER BY "source"."city" ASC

WITH base AS (SELECT c.city, t.amount, t.created_at, t.kind FROM billing.transactions t JOIN customers c ON c.id = t.customer_id) SELECT date_trunc('month', created_at) AS m, sum(amount) FROM base WHERE kind = 'payment' GROUP BY 1 ORDER BY 1

WITH t AS (SELECT * FROM billing.transactions WHERE kind = 'payment'), c AS (SELECT id, city FROM customers) SELECT c.city, count(*), sum(t.amount) FROM t JOIN c ON c.id = t.customer_id GROUP BY c.city

SELECT x.town, big, count(*) FROM (SELECT c.city AS town, t.kind = 'payment' AS big FROM customers c, billing.transactions t WHERE c.id = t.customer_id) AS x GROUP BY 1, big HAVING count(*) > 5 ORDER BY town, big

SELECT max(n) FROM (SELECT city, count(*) n FROM (SELECT c.city, t.id FROM customers c LEFT JOIN billing.transactions t ON t.customer_id = c.id) z GROUP BY city) q

SELECT count(*) FROM (SELECT c.*, t.kind FROM customers c JOIN billing.transactions t ON c.id = t.customer_id) x WHERE x.city = 'Jakarta' AND x.kind = 'refund'

SELECT city AS k, count(*) FROM (SELECT * FROM customers c JOIN billing.transactions t ON t.customer_id = c.id) v GROUP BY city ORDER BY k
