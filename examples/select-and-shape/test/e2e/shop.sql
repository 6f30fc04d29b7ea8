CREATE SCHEMA production;
CREATE TABLE production.users (id int PRIMARY KEY, name text NOT NULL, born date NOT NULL, is_test bool NOT NULL);
CREATE TABLE production.orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES production.users, created_at timestamptz NOT NULL);
CREATE INDEX ON production.orders (created_at);
CREATE TABLE production.payments (id int PRIMARY KEY, order_id int NOT NULL REFERENCES production.orders, amount numeric(9, 2) NOT NULL);
CREATE TABLE production.audit_log (at timestamptz NOT NULL, what text NOT NULL);
CREATE TABLE production.papers (id serial PRIMARY KEY, title text NOT NULL CHECK (title <> ''));
CREATE UNIQUE INDEX papers_title ON production.papers (lower(title));
CREATE VIEW production.spent AS
  SELECT o.user_id, sum(p.amount) AS amount FROM production.orders o JOIN production.payments p ON p.order_id = o.id GROUP BY 1;
CREATE FUNCTION production.audit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO production.audit_log VALUES (now(), TG_TABLE_NAME); RETURN NEW; END $$;

INSERT INTO production.users SELECT n, 'user ' || n, current_date - n * interval '1 year', n % 4 = 0 FROM generate_series(1, 80) n;
INSERT INTO production.orders SELECT n, n % 80 + 1, now() - n * interval '1 day' - interval '1 hour' FROM generate_series(1, 400) n;
INSERT INTO production.payments SELECT n, n % 400 + 1, n % 200 FROM generate_series(1, 1200) n;
INSERT INTO production.audit_log SELECT now() - n * interval '1 hour', 'something' FROM generate_series(1, 500) n;
INSERT INTO production.papers (title) SELECT 'paper ' || n FROM generate_series(1, 50) n;
CREATE TRIGGER audited AFTER INSERT OR UPDATE ON production.orders FOR EACH ROW EXECUTE FUNCTION production.audit();

CREATE SCHEMA tenant_acme;
CREATE TABLE tenant_acme.notes AS SELECT n AS id FROM generate_series(1, 10) n;
CREATE SCHEMA tenant_globex;
CREATE TABLE tenant_globex.notes AS SELECT n AS id FROM generate_series(1, 20) n;
