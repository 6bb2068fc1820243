-- The schema of the twins. They are copies of one database, so that every OID is the same in them.
SET client_min_messages = warning;

CREATE SCHEMA support;
CREATE SCHEMA billing;
CREATE TYPE public.level AS ENUM ('basic', 'plus', 'gold');

CREATE TABLE public.customers (
    id         bigint PRIMARY KEY,
    full_name  text NOT NULL,
    phone      varchar(20) NOT NULL UNIQUE,
    email      text UNIQUE,
    address    text,
    birthday   date,
    income     numeric(12, 2),
    profile    jsonb,
    aliases    text[],
    id_number  char(16),
    city       text NOT NULL,
    region     text NOT NULL,
    level      public.level NOT NULL,
    score      integer,
    created_at timestamptz NOT NULL
);

CREATE TABLE support.tickets (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES public.customers (id) ON DELETE CASCADE,
    assignee    text NOT NULL,
    status      text NOT NULL CHECK (status IN ('open', 'closed')),
    subject     text NOT NULL,
    labels      text[] NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT '2024-01-01 00:00:00+00'
);

CREATE TABLE billing.payments (
    id          bigint,
    customer_id bigint NOT NULL,
    amount      numeric(10, 2) NOT NULL,
    card        text NOT NULL,
    day         date NOT NULL,
    PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE TABLE billing.payments_2023 PARTITION OF billing.payments FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE billing.payments_2024 PARTITION OF billing.payments FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE VIEW public.cards AS SELECT c.id, c.full_name AS holder, c.phone AS telp, c.city, c.address FROM public.customers c;
CREATE VIEW support.cases AS
    SELECT t.id, t.subject, t.status, c.holder, c.telp FROM support.tickets t JOIN public.cards c ON c.id = t.customer_id;
CREATE VIEW public.elders WITH (security_barrier) AS SELECT id, phone, birthday FROM public.customers WHERE birthday < '1970-01-01';
CREATE TABLE public.customers_old () INHERITS (public.customers);
CREATE TABLE public.derived (
    id     bigint PRIMARY KEY,
    phone  text,
    digits text GENERATED ALWAYS AS (substr(phone, 3)) STORED,
    loud   text GENERATED ALWAYS AS (upper(phone)) STORED
);
CREATE TABLE public.contacts (id bigint PRIMARY KEY, details jsonb, raw json);  -- classes of paths
-- What is looked at together when a row is written, and rows whose partition a hidden column chooses.
CREATE TABLE public.accounts (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    pin         integer NOT NULL,
    score       integer NOT NULL,
    note        text NOT NULL,
    share       integer GENERATED ALWAYS AS (100 / (score - pin)) STORED,
    CHECK (score < 1000 OR pin < 500),
    UNIQUE (score, pin)
);
CREATE UNIQUE INDEX ON public.accounts (note) WHERE pin > 500;
CREATE INDEX ON public.accounts ((100 / (score - pin + 1)));
CREATE TABLE public.visits (id bigint, customer_id bigint NOT NULL, born date, note text) PARTITION BY RANGE (born);
CREATE TABLE public.visits_old PARTITION OF public.visits FOR VALUES FROM (MINVALUE) TO ('1980-07-01');
CREATE TABLE public.visits_new PARTITION OF public.visits FOR VALUES FROM ('1980-07-01') TO (MAXVALUE);
CREATE TABLE public.untold (id bigint, note text);  -- the policy does not name it
CREATE MATERIALIZED VIEW public.customer_copy AS SELECT * FROM public.customers WITH NO DATA;
CREATE SEQUENCE public.counter;

-- What belongs to nobody's policy: functions, operators, casts, aggregates.
CREATE FUNCTION public.leak(text) RETURNS text LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE 'leak %', $1; RETURN $1; END $$;
CREATE FUNCTION public.leak_row(public.customers) RETURNS text LANGUAGE sql AS 'SELECT $1.phone::text';
CREATE FUNCTION public.phone_of(bigint) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT phone FROM public.customers WHERE id = $1';
CREATE FUNCTION public.leaks(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '% %', $1, $2; RETURN true; END $$;
CREATE OPERATOR public.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = public.leaks);
CREATE AGGREGATE public.gathered (text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE TYPE public.seen AS (phone text);
CREATE FUNCTION public.seen_of(public.customers) RETURNS public.seen LANGUAGE sql AS 'SELECT ROW($1.phone)::public.seen';
CREATE CAST (public.customers AS public.seen) WITH FUNCTION public.seen_of(public.customers);
CREATE STATISTICS public.together (mcv) ON address, city FROM public.customers;
CREATE STATISTICS public.lowered ON lower(full_name), substr(email, 2) FROM public.customers;

CREATE INDEX ON public.customers (lower(full_name));
CREATE INDEX ON public.customers (address);
CREATE INDEX ON public.customers (city);

GRANT USAGE ON SCHEMA support, billing TO PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, support, billing TO PUBLIC;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC;
