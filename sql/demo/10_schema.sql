-- The sample payments database: customers, their ID documents, support tickets and transactions.
-- Files of this folder run in the order of their names, each with psql and the variable backend_password.
-- Everything is computed from row numbers, so that each load gives the same rows; nobody in it exists.
SET client_min_messages = warning;
SET timezone = 'UTC';

CREATE SCHEMA kyc;
CREATE SCHEMA support;
CREATE SCHEMA billing;

CREATE TABLE public.customers (
    id         bigint PRIMARY KEY,
    full_name  text NOT NULL,
    phone      varchar(20) NOT NULL,
    email      text NOT NULL,
    address    text,
    city       text NOT NULL,
    birthday   date,
    created_at timestamptz NOT NULL
);

CREATE TABLE kyc.documents (
    id           bigint PRIMARY KEY,
    customer_id  bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('ktp', 'passport', 'sim')),
    status       text NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected')),
    image        bytea NOT NULL,
    selfie       bytea,
    submitted_at timestamptz NOT NULL
);

CREATE TABLE support.tickets (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    assignee    text NOT NULL,
    status      text NOT NULL CHECK (status IN ('open', 'waiting', 'closed')),
    priority    smallint NOT NULL,
    subject     text NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE TABLE billing.transactions (
    id          bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('top_up', 'payment', 'transfer', 'refund')),
    amount      numeric(14, 2) NOT NULL,
    currency    char(3) NOT NULL DEFAULT 'IDR',
    created_at  timestamptz NOT NULL
);
