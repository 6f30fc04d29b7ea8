/** A script with every construct the reader knows, and what must come of it. */
export const RICH_SCRIPT = `\uFEFF--
-- PostgreSQL database dump
--\r

\\restrict abcDEF123

SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);;
/* outer /* inner; */ still ' outer */ CREATE TABLE public."we;ird""name" (
  a int DEFAULT (1), -- not ; the end
  b text DEFAULT ';''\\', c text DEFAULT E'\\';\\\\', d text DEFAULT U&'d\\0061;' /* ; */
);
CREATE FUNCTION public.f(x int) RETURNS int LANGUAGE plpgsql AS $_$ BEGIN RETURN $1; /* ' */ END; $ $_ $$ $_$;
CREATE OR REPLACE FUNCTION public.g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);
SELECT a$b$c, 1-- note ;
  +--;
  2, @-/* ; */ 3, $1, 1..10, 1E'x';
COPY public.t (a, "b;c") FROM stdin;
1\tone
2\t\\N
\\.x
\\\\.

\\.
COPY public.crlf FROM STDIN WITH (FORMAT csv);\r
1,2\r
\\.\r
COPY public.empty FROM stdin; -- then SELECT
\\.
SELECT 'größe', U&"d\\0061""x", B'01', X'ff', n'q''s', $tag$ $tag $ $$ ' $tag$;
SELECT 1
\\gset x
, 2;
SET standard_conforming_strings = off; SELECT 'it\\'s;', B'\\', U&'\\' ;
SET standard_conforming_strings = on;
SELECT '\\';
\\unrestrict abcDEF123
`

export const RICH_ITEMS = [
  { type: 'comment', text: '--', line: 1 },
  { type: 'comment', text: '-- PostgreSQL database dump', line: 2 },
  { type: 'comment', text: '--', line: 3 },
  { type: 'meta', text: '\\restrict abcDEF123', line: 5 },
  { type: 'statement', text: 'SET standard_conforming_strings = on;', line: 7 },
  { type: 'statement', text: "SELECT pg_catalog.set_config('search_path', '', false);", line: 8 },
  {
    type: 'statement',
    text: `CREATE TABLE public."we;ird""name" (
  a int DEFAULT (1), -- not ; the end
  b text DEFAULT ';''\\', c text DEFAULT E'\\';\\\\', d text DEFAULT U&'d\\0061;' /* ; */
);`,
    line: 9,
  },
  {
    type: 'statement',
    text: "CREATE FUNCTION public.f(x int) RETURNS int LANGUAGE plpgsql AS $_$ BEGIN RETURN $1; /* ' */ END; $ $_ $$ $_$;",
    line: 13,
  },
  {
    type: 'statement',
    text: 'CREATE OR REPLACE FUNCTION public.g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;',
    line: 14,
  },
  { type: 'statement', text: 'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);', line: 15 },
  {
    type: 'statement',
    text: "SELECT a$b$c, 1-- note ;\n  +--;\n  2, @-/* ; */ 3, $1, 1..10, 1E'x';",
    line: 16,
  },
  {
    type: 'copy',
    text: 'COPY public.t (a, "b;c") FROM stdin;',
    line: 19,
    data: '1\tone\n2\t\\N\n\\.x\n\\\\.\n\n',
    rows: 5,
  },
  { type: 'copy', text: 'COPY public.crlf FROM STDIN WITH (FORMAT csv);', line: 26, data: '1,2\r\n', rows: 1 },
  { type: 'copy', text: 'COPY public.empty FROM stdin;', line: 29, data: '', rows: 0 },
  { type: 'comment', text: '-- then SELECT', line: 29 },
  {
    type: 'statement',
    text: `SELECT 'größe', U&"d\\0061""x", B'01', X'ff', n'q''s', $tag$ $tag $ $$ ' $tag$;`,
    line: 31,
  },
  { type: 'meta', text: '\\gset x', line: 33 },
  { type: 'statement', text: 'SELECT 1\n\n, 2;', line: 32 },
  { type: 'statement', text: 'SET standard_conforming_strings = off;', line: 35 },
  { type: 'statement', text: "SELECT 'it\\'s;', B'\\', U&'\\' ;", line: 35 },
  { type: 'statement', text: 'SET standard_conforming_strings = on;', line: 36 },
  { type: 'statement', text: "SELECT '\\';", line: 37 },
  { type: 'meta', text: '\\unrestrict abcDEF123', line: 38 },
]
