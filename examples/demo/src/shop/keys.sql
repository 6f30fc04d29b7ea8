-- What a restore, too, does after the rows: keys, indexes, views, functions, triggers.
ALTER TABLE shop.customers ADD PRIMARY KEY (id), ADD UNIQUE (email);
ALTER TABLE shop.accounts ADD PRIMARY KEY (id);
ALTER TABLE shop.transfers ADD PRIMARY KEY (id);
ALTER TABLE shop.orders ADD PRIMARY KEY (id);
ALTER TABLE shop.order_lines ADD PRIMARY KEY (order_id, line_no);
ALTER TABLE shop.payments ADD PRIMARY KEY (id, paid_on);

-- Customers and accounts need each other, so one of the two keys is checked only at the end of a transaction.
ALTER TABLE shop.customers ADD FOREIGN KEY (main_account) REFERENCES shop.accounts DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.accounts ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.transfers
  ADD FOREIGN KEY (from_account) REFERENCES shop.accounts, ADD FOREIGN KEY (to_account) REFERENCES shop.accounts;
ALTER TABLE shop.orders ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
ALTER TABLE shop.order_lines ADD FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE CASCADE;
ALTER TABLE shop.payments ADD FOREIGN KEY (order_id) REFERENCES shop.orders;

CREATE INDEX ON shop.orders (customer_id, ordered_at DESC);
CREATE INDEX ON shop.orders (ordered_at) WHERE status = 'open';
CREATE INDEX ON shop.payments (order_id);

CREATE FUNCTION shop.order_total(order_id integer) RETURNS numeric LANGUAGE sql STABLE
  RETURN (SELECT sum(total) FROM shop.order_lines l WHERE l.order_id = order_total.order_id);

CREATE VIEW shop.open_orders AS
  SELECT o.id, c.name, o.ordered_at, shop.order_total(o.id) AS total
  FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
  WHERE o.status = 'open';

CREATE MATERIALIZED VIEW shop.revenue_by_month AS
  SELECT date_trunc('month', paid_on)::date AS month, count(*) AS payments, sum(amount) AS revenue
  FROM shop.payments GROUP BY 1;
CREATE UNIQUE INDEX ON shop.revenue_by_month (month);

CREATE FUNCTION shop.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER note_change BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note_change();

-- Each transfer moves its money. A restore that fired this trigger for the rows it loads would move all of it twice.
CREATE FUNCTION shop.move_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE shop.accounts SET balance = balance - NEW.amount WHERE id = NEW.from_account;
  UPDATE shop.accounts SET balance = balance + NEW.amount WHERE id = NEW.to_account;
  RETURN NULL;
END $$;
CREATE TRIGGER move_money AFTER INSERT ON shop.transfers FOR EACH ROW EXECUTE FUNCTION shop.move_money();
