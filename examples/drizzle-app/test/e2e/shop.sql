CREATE SCHEMA shop;
CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('0000', 1767225600000);
CREATE TYPE shop.order_status AS ENUM ('open', 'paid', 'sent');
CREATE TABLE shop.customers (id uuid PRIMARY KEY, full_name text NOT NULL, is_test boolean NOT NULL);
CREATE TABLE shop.orders (
  region text NOT NULL,
  number int NOT NULL,
  status shop.order_status NOT NULL,
  total numeric(12, 2) NOT NULL,
  placed_at timestamptz NOT NULL,
  customer_id uuid REFERENCES shop.customers,
  PRIMARY KEY (number, region)
);
INSERT INTO shop.customers
  SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Customer ' || n, n % 3 = 0 FROM generate_series(1, 30) n;
INSERT INTO shop.orders
  SELECT (ARRAY['north', 'south'])[n % 2 + 1], n, (ARRAY['open', 'paid', 'sent'])[n % 3 + 1]::shop.order_status, n * 1.5,
         '2026-01-01T00:00:00Z'::timestamptz + n * interval '7 hours',
         ('00000000-0000-4000-8000-' || lpad((n * 7 % 30 + 1)::text, 12, '0'))::uuid
  FROM generate_series(1, 200) n;
