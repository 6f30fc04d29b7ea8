-- Each byte alone, all of them in order, each pair of them, and as many as fill many packets.
CREATE TABLE bytes (v bytea);
INSERT INTO bytes SELECT decode(lpad(to_hex(i), 2, '0'), 'hex') FROM generate_series(0, 255) i;
INSERT INTO bytes SELECT decode(string_agg(lpad(to_hex(i), 2, '0'), '' ORDER BY i), 'hex') FROM generate_series(0, 255) i;
INSERT INTO bytes SELECT decode(string_agg(lpad(to_hex(i), 4, '0'), '' ORDER BY i), 'hex') FROM generate_series(0, 65535) i;
INSERT INTO bytes SELECT decode(repeat('00ff5c0a0d092e27', 200000), 'hex');
INSERT INTO bytes VALUES (''), (NULL);
