-- Rows of every kind, the same each time. Enough NULL, empty and odd ones for conditions to differ on.
INSERT INTO crm.customers (id, email, full_name, role, born_on, calls_after, points, score, interests, settings, created_at, deleted_at, password)
SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, (ARRAY['c', 'C'])[1 + n % 2] || n || (ARRAY['@example.com', '@Example.COM', '@other.example'])[1 + n % 3],
  (ARRAY['Ada', 'Grace', 'O''Neil', 'Zoë 50%', 'back\slash', '"quoted"'])[1 + n % 6] || ' ' || n,
  (ARRAY['CUSTOMER', 'CUSTOMER', 'CUSTOMER', 'STAFF', 'administrator'])[1 + n % 5]::crm.role,
  CASE WHEN n % 4 <> 0 THEN date '1960-01-01' + n * 211 END,
  CASE WHEN n % 3 <> 0 THEN time '08:00' + n * interval '7 minutes' END,
  CASE WHEN n % 7 = 0 THEN 9007199254740993 + n ELSE n * 100 END, n / 8.0,
  CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN '{tea}' WHEN 2 THEN '{tea,coffee}' ELSE '{"a,b","x\"y"}' END::text[],
  CASE n % 3 WHEN 0 THEN '{}' WHEN 1 THEN jsonb_build_object('theme', 'dark', 'size', n) ELSE jsonb_build_object('theme', 'light', 'tags', jsonb_build_array('x', n)) END,
  timestamptz '2026-01-01 00:00:00Z' + n * interval '13 hours 7 minutes 0.123 seconds',
  CASE WHEN n % 5 = 0 THEN timestamptz '2026-06-01 00:00:00Z' + n * interval '1 day' END, 'secret ' || n
FROM generate_series(1, 60) AS n;
UPDATE crm.customers SET referrer_id = ('00000000-0000-4000-8000-' || lpad((right(id::text, 12)::int / 2)::text, 12, '0'))::uuid
WHERE right(id::text, 12)::int % 3 = 0;
INSERT INTO crm.sessions SELECT 'token-' || n, ('00000000-0000-4000-8000-' || lpad((1 + n % 60)::text, 12, '0'))::uuid,
  timestamp '2026-05-01 12:00' + n * interval '3 hours', CASE WHEN n % 2 = 0 THEN ('10.0.0.' || n)::inet END FROM generate_series(1, 90) AS n;
INSERT INTO crm.audit_log SELECT timestamptz '2026-01-01Z' + n * interval '1 minute', 'event ' || n, NULL FROM generate_series(1, 25) AS n;
INSERT INTO categories SELECT n, 'Category ' || n, CASE WHEN n > 3 THEN n / 3 END FROM generate_series(1, 12) AS n;
INSERT INTO products SELECT 9007199254740990 + n, 'SKU-' || n, (ARRAY['Lamp', 'Chair', 'Desk_1', 'Mat 100%'])[1 + n % 4] || ' ' || n, n * 1.1 + 0.05,
  CASE WHEN n % 3 = 0 THEN decode(lpad(to_hex(n), 2, '0') || '00ff', 'hex') END,
  CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 'null' WHEN 2 THEN jsonb_build_object('colour', 'red', 'sizes', jsonb_build_array(n, 2)) ELSE jsonb_build_object('colour', 'blue') END,
  to_tsvector('simple', 'product ' || n), 'old ' || n, CASE WHEN n % 5 <> 0 THEN 1 + n % 12 END FROM generate_series(1, 40) AS n;
INSERT INTO orders (status, history, total, note, is_gift, created_at, customer_id)
SELECT (ARRAY['pending', 'paid', 'paid', 'shipped', 'cancelled by customer'])[1 + n % 5]::order_status,
  CASE n % 3 WHEN 0 THEN '{}' WHEN 1 THEN '{pending,paid}' ELSE '{pending,"cancelled by customer"}' END::order_status[],
  n * 3.25, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'Note ' || n END, n % 6 = 0,
  timestamptz '2026-02-01 00:00Z' + n * interval '1 day 1 hour', ('00000000-0000-4000-8000-' || lpad((1 + n * 7 % 60)::text, 12, '0'))::uuid
FROM generate_series(1, 120) AS n;
INSERT INTO order_items SELECT o, l, 9007199254740990 + 1 + (o * l) % 40, (o + l) % 9, CASE WHEN (o + l) % 2 = 0 THEN ARRAY[l, 10] ELSE '{}' END
FROM generate_series(1, 120) AS o, generate_series(1, 3) AS l WHERE (o + l) % 4 <> 0;
INSERT INTO "Tag" (label) SELECT 'tag ' || n FROM generate_series(1, 8) AS n;
INSERT INTO "_OrderToTag" SELECT o, t FROM generate_series(1, 120) AS o, generate_series(1, 8) AS t WHERE o % (t + 1) = 0;
INSERT INTO crm."_Friends" SELECT a.id, b.id FROM crm.customers a, crm.customers b
WHERE right(a.id::text, 12)::int * 5 % 60 = right(b.id::text, 12)::int AND a.id <> b.id;
INSERT INTO crm."_Favourites" SELECT c.id, p.id FROM crm.customers c, products p WHERE (p.id + right(c.id::text, 12)::int) % 11 = 0;
