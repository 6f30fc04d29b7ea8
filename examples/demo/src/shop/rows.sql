-- The rows. shop.order_count is set by the caller; an order brings 5 rows with it: a quarter of a customer, a quarter of an
-- account, three lines, half a payment. No randomness: the same count always gives the same rows.
INSERT INTO shop.customers (name, email, main_account, address, joined_at)
SELECT format('%s %s', (ARRAY ['Ada', 'Grace', 'Edgar', 'Barbara', 'Zoë', 'Łukasz', 'Yūko'])[1 + n % 7], n),
       format('customer%s@shop.example', n),
       n,
       CASE WHEN n % 10 > 0 THEN jsonb_build_object('city', 'City ' || n % 97, 'lines', jsonb_build_array('Street ' || n, NULL)) END,
       timestamptz '2020-01-01 00:00Z' + n * interval '1 hour'
FROM generate_series(1, current_setting('shop.order_count')::int / 4) n;

INSERT INTO shop.accounts (id, customer_id)
SELECT n, n FROM generate_series(1, current_setting('shop.order_count')::int / 4) n;

INSERT INTO shop.orders (customer_id, status, note, ordered_at)
SELECT 1 + n % (current_setting('shop.order_count')::int / 4),
       (enum_range(NULL::shop.order_status))[1 + n % 4],
       CASE n % 50 WHEN 0 THEN E'two\nlines, a tab\tand a \\.' WHEN 1 THEN '' END,
       timestamptz '2026-01-01 00:00Z' + n % 260000 * interval '1 minute'
FROM generate_series(1, current_setting('shop.order_count')::int) n;

INSERT INTO shop.order_lines (order_id, line_no, product, quantity, unit_price)
SELECT n, line, 'Product ' || (n * line) % 1000, 1 + n % 5, 0.99 + (n * line) % 100
FROM generate_series(1, current_setting('shop.order_count')::int) n, generate_series(1, 3) line;

INSERT INTO shop.payments (order_id, amount, paid_on)
SELECT n, 9.90 + n % 300, date '2026-01-01' + n % 181
FROM generate_series(2, current_setting('shop.order_count')::int, 2) n;
