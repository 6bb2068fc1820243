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
