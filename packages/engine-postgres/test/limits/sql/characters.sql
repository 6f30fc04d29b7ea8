-- Everything that means something to COPY, to psql or to a terminal, alone and side by side.
CREATE TABLE pieces (p text);
INSERT INTO pieces VALUES (''), (E'\\'), (E'\\.'), (E'\\N'), (E'\t'), (E'\n'), (E'\r'), (E'\r\n'), (E'\b\f\v'), (E'\\.\n'), (E'\n\\.\n'),
  (E'\\x41'), (E'\\\\'), ('NULL'), (' '), (''''), ('"'), ('$$'), (';'), ('--'), ('/*'), (E'\\! touch pgark-was-here'), ('é'), ('漢字'), ('🐘'),
  (E'\u0301'), (E'\u202e'), (E'\U0010FFFF'), (E'\uFEFF'), ('-- PostgreSQL database dump complete'), ('-- pgark: backup complete');
INSERT INTO pieces SELECT chr(i) FROM generate_series(1, 255) i;
CREATE TABLE pairs AS SELECT a.p AS first, b.p AS second, a.p || b.p AS both FROM pieces a, pieces b;
INSERT INTO pairs VALUES (NULL, NULL, NULL), (NULL, '', NULL);
-- Each line of this one looks like the end of the rows.
CREATE TABLE ends AS SELECT E'\\.' AS v FROM generate_series(1, 1000);
CREATE TABLE "\." ("\." text, E text);
INSERT INTO "\." VALUES ('\.', E'\\.');
