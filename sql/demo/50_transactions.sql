-- 60,000 transactions; some customers have many, some none.
INSERT INTO billing.transactions (id, customer_id, kind, amount, created_at)
SELECT n,
       1 + (n::bigint * n * 7 + n) % 24000,
       (ARRAY['payment', 'payment', 'top_up', 'transfer', 'payment', 'refund'])[1 + n % 6],
       (500 + n * 7919 % 250000)::numeric * 10,
       timestamptz '2024-01-01 00:00:00+00' + n * interval '7 minutes'
FROM generate_series(1, 60000) AS n;

CREATE INDEX transactions_customer_id_idx ON billing.transactions (customer_id);
CREATE INDEX transactions_created_at_idx ON billing.transactions (created_at);
ALTER TABLE billing.transactions ADD FOREIGN KEY (customer_id) REFERENCES public.customers (id);
