-- Where the server keeps values, or text that holds them, besides the table.

SELECT histogram_bounds FROM pg_stats WHERE tablename = 'customers' AND attname = 'phone'

SELECT most_common_vals, histogram_bounds, n_distinct, correlation FROM pg_stats WHERE tablename = 'customers' ORDER BY attname

SELECT stavalues1::text, stavalues2::text FROM pg_statistic WHERE starelid = 'customers'::regclass ORDER BY staattnum

SELECT stxdmcv FROM pg_statistic_ext_data

SELECT most_common_vals FROM pg_stats_ext WHERE statistics_name = 'together'

SELECT expr, most_common_vals, histogram_bounds FROM pg_stats_ext_exprs ORDER BY expr

EXPLAIN SELECT * FROM customers WHERE phone < '+62850'

EXPLAIN (FORMAT JSON) SELECT * FROM customers WHERE lower(full_name) < 'b'

EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT * FROM customers WHERE phone LIKE '+628_5%'

EXPLAIN (VERBOSE) SELECT phone FROM customers WHERE birthday > '1970-01-01'

EXPLAIN SELECT count(*) FROM customers GROUP BY address

EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) SELECT * FROM customers c JOIN customers d ON c.address = d.address

SELECT * FROM customer_copy WHERE id = 7

SELECT phone FROM customer_copy ORDER BY id

SELECT * FROM elders ORDER BY id

SELECT id, phone FROM customers_old ORDER BY id

SELECT digits, loud FROM derived ORDER BY id

SELECT note FROM untold ORDER BY id
