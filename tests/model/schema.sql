-- A small database in which everything that is about a person holds a word of that person's own (people.py fills it).
CREATE TABLE customers (
    id    bigint PRIMARY KEY,
    name  text NOT NULL,
    phone text NOT NULL,             -- masked; its end is the same for all
    city  text NOT NULL,
    score int
);
CREATE TABLE employees (
    code text PRIMARY KEY,
    name text NOT NULL,
    city text NOT NULL
);
CREATE TABLE orders (
    id       int PRIMARY KEY,
    customer bigint REFERENCES customers,   -- NULL: of nobody
    item     text NOT NULL,
    city     text NOT NULL
);
CREATE TABLE visits (                       -- a row is about two people of two kinds, or of one, or of none
    id       int PRIMARY KEY,
    customer bigint REFERENCES customers,
    employee text REFERENCES employees,
    note     text NOT NULL,
    city     text NOT NULL
);
CREATE TABLE transfers (                    -- about two people of one kind
    id    int PRIMARY KEY,
    payer bigint NOT NULL REFERENCES customers,
    payee bigint REFERENCES customers,
    memo  text NOT NULL,
    city  text NOT NULL
);
CREATE TABLE places (name text PRIMARY KEY, city text NOT NULL);
CREATE VIEW guests AS SELECT c.id, c.name, v.note, v.city FROM customers c JOIN visits v ON v.customer = c.id;
CREATE VIEW everybody AS SELECT name, city FROM customers UNION ALL SELECT name, city FROM employees;
CREATE VIEW visited AS SELECT city, string_agg(note, ';') AS notes FROM visits GROUP BY city;
