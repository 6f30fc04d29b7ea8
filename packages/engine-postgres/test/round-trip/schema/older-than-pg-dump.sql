-- Where the definitions of pg_dump 17 are not for the older server that they come from.
CREATE TABLE t AS SELECT 1 AS a;
-- It writes run_as_owner, which came with 16.
CREATE SUBSCRIPTION "sub
\! touch pgark-was-here" CONNECTION 'host=nowhere password=''x, run_as_owner = true);''' PUBLICATION "pub; --", "no
pub" WITH (connect = false, slot_name = NONE);
-- It takes it that nobody but the owner may create in public, which came with 15, and so writes no revocation.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
