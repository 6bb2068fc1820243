-- Reports with sub-totals, filtered aggregates and ranks

SELECT c.city, count(*) FILTER (WHERE x.kind = 'refund') AS refunds, count(*) AS total FROM customers c JOIN billing.transactions x ON x.customer_id = c.id GROUP BY c.city ORDER BY c.city

SELECT city, kind, sum(amount) FROM customers c JOIN billing.transactions x ON x.customer_id = c.id GROUP BY ROLLUP (city, kind) ORDER BY city NULLS LAST, kind NULLS LAST

SELECT city, kind, sum(amount) FROM customers c JOIN billing.transactions x ON x.customer_id = c.id GROUP BY GROUPING SETS ((city), (kind), ()) ORDER BY 1 NULLS LAST, 2 NULLS LAST

SELECT city, count(*), rank() OVER (ORDER BY count(*) DESC) FROM customers GROUP BY city ORDER BY 3, 1
