-- Roles belong to a server, not to a database: once for each server.
CREATE ROLE owner_r NOLOGIN;
CREATE ROLE reader_r NOLOGIN;
CREATE ROLE "Ro""le; DROP 'x'" NOLOGIN;
GRANT owner_r TO reader_r;
