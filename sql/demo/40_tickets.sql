-- 6,000 tickets, shared out over agent1 to agent9.
INSERT INTO support.tickets (id, customer_id, assignee, status, priority, subject, created_at)
SELECT n,
       1 + n * 3571 % 24000,
       'agent' || 1 + n % 9,
       (ARRAY['open', 'closed', 'closed', 'waiting', 'open'])[1 + n % 5],
       1 + n % 4,
       (ARRAY['Top-up has not arrived', 'Cannot log in', 'Account upgrade', 'Wrong amount', 'Card is blocked',
              'Change of phone number', 'Refund requested'])[1 + n % 7],
       timestamptz '2024-01-01 01:00:00+00' + n * interval '73 minutes'
FROM generate_series(1, 6000) AS n;

CREATE INDEX tickets_customer_id_idx ON support.tickets (customer_id);
CREATE INDEX tickets_assignee_idx ON support.tickets (assignee, status);
ALTER TABLE support.tickets ADD FOREIGN KEY (customer_id) REFERENCES public.customers (id);

-- What an agent's screen shows: a ticket and the person behind it.
CREATE VIEW support.open_cases AS
SELECT tickets.id, tickets.customer_id, tickets.assignee, tickets.subject, customers.full_name, customers.phone
FROM support.tickets
JOIN public.customers ON customers.id = tickets.customer_id
WHERE tickets.status = 'open';
