-- The ends of what numbers and times can be, and what is beyond.
CREATE TABLE numbers (f4 float4, f8 float8, n numeric, fixed numeric(1000, 500));
INSERT INTO numbers VALUES ('NaN', 'NaN', 'NaN', 'NaN'), ('Infinity', 'Infinity', NULL, NULL), ('-Infinity', '-Infinity', NULL, NULL),
  ('-0', '-0', '-0', 0), (1.17549435e-38, 2.2250738585072014e-308, 1e-16383, 1e-500), (1e-45, 5e-324, 0.1, 0.1),
  (3.4028235e38, 1.7976931348623157e308, ('9' || repeat('0', 131071))::numeric, 1e499), (0.1, 0.1 + 0.2::float8, 1e131071 + 1e-16383, 1),
  (16777217, 9007199254740993, 1.000, 1.5);
CREATE TABLE dates (d date, t timestamp, tz timestamptz);
INSERT INTO dates VALUES ('-infinity', '-infinity', '-infinity'), ('infinity', 'infinity', 'infinity'),
  ('4713-11-24 BC', '4713-11-24 00:00:00 BC', '4713-11-24 00:00:00+00 BC'), ('0001-12-31 BC', '0001-12-31 23:59:59.999999 BC', '0001-12-31 BC'),
  ('0001-01-01', '0001-01-01', '0001-01-01 00:00+15:59:59'), ('9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00'),
  ('10000-01-01', '10000-01-01', '10000-01-01 00:00:00+00'), ('294277-01-01', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00'),
  ('5874897-12-31', '1582-10-10', '1883-11-18 12:03:58-07:52:58'), ('2000-02-29', '2016-12-31 23:59:60', '1970-01-01 00:00:00+00');
CREATE TABLE times (t time, tz timetz, i interval, whole interval day, exact interval second(3));
INSERT INTO times VALUES ('24:00', '24:00:00+15:59:59', '178000000 years', '1 day', '1.2345 s'), ('00:00', '00:00:00-15:59:59', '-178000000 years', NULL, NULL),
  ('23:59:59.999999', '12:00-07:52:58', '1 year -1 day +00:00:00.000001', '-5 days', '-0.001 s'), (NULL, NULL, '-1 mon +1 day -23:59:59.999999', NULL, NULL),
  (NULL, NULL, '2147483647 days 2147483647:59:59.999999', NULL, NULL), (NULL, NULL, '0', NULL, NULL);
