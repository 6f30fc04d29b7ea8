CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'the application';
CREATE EXTENSION pg_trgm WITH SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN app.email AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE app.numbers;
CREATE TABLE app.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email app.email NOT NULL UNIQUE,
  mood app.mood DEFAULT 'ok',
  "strange ""name" text
);
CREATE TABLE app.orders (
  id int DEFAULT nextval('app.numbers') PRIMARY KEY,
  customer_id bigint REFERENCES app.customers,
  placed timestamptz NOT NULL
);
CREATE INDEX orders_placed ON app.orders (placed);
CREATE TABLE app.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW app.happy AS SELECT * FROM app.customers WHERE mood = 'happy';
CREATE MATERIALIZED VIEW app.totals AS SELECT customer_id, count(*) FROM app.orders GROUP BY 1;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  /* What psql would take for a command, and a character beyond the basic plane: 🐘
\restrict
  */
  RETURN NEW;
END $$;
CREATE TRIGGER touched BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE RULE silent AS ON DELETE TO app.orders DO INSTEAD NOTHING;
ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON app.customers USING (true);
CREATE STATISTICS app.spread ON customer_id, placed FROM app.orders;
CREATE AGGREGATE app.longest (text) (SFUNC = textcat, STYPE = text);
CREATE PUBLICATION news FOR TABLE app.orders;
COMMENT ON TABLE app.orders IS 'what was ordered';
GRANT SELECT ON app.orders TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
