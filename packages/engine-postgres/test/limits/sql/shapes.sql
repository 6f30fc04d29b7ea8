-- The smallest tables, and the widest.
CREATE TABLE no_columns ();
INSERT INTO no_columns SELECT FROM generate_series(1, 3);
CREATE TABLE no_rows (a int);
CREATE TABLE all_dropped (a int, b text);
INSERT INTO all_dropped VALUES (1, 'x');
ALTER TABLE all_dropped DROP COLUMN a, DROP COLUMN b;
CREATE TABLE all_generated (a int GENERATED ALWAYS AS (7) STORED);
INSERT INTO all_generated DEFAULT VALUES;
