-- A few MB of what a database can hold: everything that a backup must carry, and enough of it to be interrupted anywhere.
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent');
CREATE DOMAIN shop.amount AS numeric(12, 2) CHECK (VALUE >= 0);

CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  profile jsonb,
  initial text GENERATED ALWAYS AS (left(email, 1)) STORED
);
INSERT INTO shop.customers (email, profile)
SELECT format('c%s@example.org', i), jsonb_build_object('note', E'a\tb\\' || i, 'tags', ARRAY[i, i + 1])
FROM generate_series(1, 5000) i;

CREATE TABLE shop.orders (
  id bigint NOT NULL,
  customer_id bigint NOT NULL REFERENCES shop.customers,
  ordered_on date NOT NULL,
  state shop.state NOT NULL,
  total shop.amount,
  PRIMARY KEY (id, ordered_on)
) PARTITION BY RANGE (ordered_on);
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.orders_rest PARTITION OF shop.orders DEFAULT;
INSERT INTO shop.orders
SELECT i, 1 + i % 5000, date '2024-01-01' + i % 1000, (enum_range(NULL::shop.state))[1 + i % 3], i / 7.0
FROM generate_series(1, 15000) i;

CREATE TABLE shop.files (name text PRIMARY KEY, content bytea);
INSERT INTO shop.files SELECT format('f%s', i), decode(repeat(md5(i::text), 1500), 'hex') FROM generate_series(1, 40) i;

CREATE TABLE shop.empty (nothing int);
CREATE SEQUENCE shop.tickets START 1000;
SELECT nextval('shop.tickets');
CREATE VIEW shop.open_orders AS SELECT * FROM shop.orders WHERE state <> 'sent';
CREATE MATERIALIZED VIEW shop.turnover AS SELECT ordered_on, sum(total) AS total FROM shop.orders GROUP BY 1;
CREATE INDEX ON shop.turnover (ordered_on);
CREATE INDEX orders_by_customer ON shop.orders (customer_id);

CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch();
COMMENT ON TABLE shop.customers IS 'who; buys';

SELECT lo_from_bytea(50000 + i, decode(repeat(md5(i::text), i * 40), 'hex')) FROM generate_series(1, 30) i;
COMMENT ON LARGE OBJECT 50001 IS 'the first';
ANALYZE;
-- Otherwise a crash would make the sequence jump ahead.
CHECKPOINT;
