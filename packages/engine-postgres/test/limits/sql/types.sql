-- Every type of PostgreSQL that a column can have, each in a table of its own, with arrays of it.
CREATE TABLE named (id int PRIMARY KEY);
DO $do$
DECLARE
  sample record;
BEGIN
  FOR sample IN SELECT * FROM (VALUES
    ('bool', '{t,f}'), ('"char"', '{"",a,\\\\}'), ('name', '{"",name,"with \"quotes\""}'), ('text', '{"",a}'), ('varchar', '{"",a}'), ('bpchar', '{a,"a "}'),
    ('bytea', '{"","\\\\x00ff5c"}'), ('int2', '{-32768,32767}'), ('int4', '{-2147483648,2147483647}'),
    ('int8', '{-9223372036854775808,9223372036854775807}'), ('numeric', '{NaN,1.50}'), ('float4', '{NaN,1e-45}'), ('float8', '{NaN,5e-324}'),
    ('money', '{-$92233720368547758.08,$1}'), ('date', '{infinity,4713-11-24 BC}'), ('time', '{24:00}'), ('timetz', '{24:00+15:59:59}'),
    ('timestamp', '{infinity,294276-12-31 23:59:59.999999}'), ('timestamptz', '{-infinity,10000-01-01 00:00+00}'), ('interval', '{-1 mon +1 day}'),
    ('uuid', '{00000000-0000-0000-0000-000000000000}'), ('bit', '{0,1}'), ('varbit', '{"",10101,0000000000000000000000000000000001}'),
    ('json', '{"{\"a\" : 1, \"a\": [null,  \"\\\\u0000 \\\\\\\\ \\\\n\"] }",null}'), ('jsonb', '{"{\"a\": 1e1000, \"\": \"\\\\\\\\ \\\\n é\"}",null}'),
    ('jsonpath', '{"$.\"a b\"[*] ? (@ > 1)"}'),
    ('xml', '{"","<a b=\"c\">&amp; <![CDATA[<]]></a>","<!DOCTYPE a SYSTEM \"a.dtd\"><a/>","<?xml version=\"1.1\"?><a/>"," text &lt; <b/>"}'),
    ('tsvector', '{"","''a b'':1A,2B ''\\\\\\\\'':3C ''it''''s'':16383"}'), ('tsquery', '{"","''a b'':*AB & !( ''c'' | ''d'' <2> ''e'' )"}'),
    ('inet', '{0.0.0.0/0,192.168.1.5/24,::ffff:1.2.3.4/128,2001:db8::/32}'), ('cidr', '{10.0.0.0/8,::/0}'), ('macaddr', '{08:00:2b:01:02:03}'),
    ('macaddr8', '{08:00:2b:ff:fe:01:02:03}'), ('point', '{"(NaN,-Infinity)","(5e-324,-0)"}'), ('line', '{"{1,-1,0}","{-0.1,2,3}"}'),
    ('lseg', '{"[(1,2),(3,4)]"}'), ('box', '{(1,2),(-3,-4);(0,0),(NaN,1)}'), ('path', '{"[(1,2),(3,4)]","((1,2),(3,4))"}'), ('polygon', '{"((0,0),(1e300,1),(1,0))"}'),
    ('circle', '{"<(1,2),0.1>"}'), ('int4range', '{empty,"(,)","[1,2147483647)"}'), ('int8range', '{empty,"[-9223372036854775808,)"}'),
    ('numrange', '{empty,"(NaN,NaN]","[1.0,1.00]"}'), ('daterange', '{empty,"[infinity,infinity]","(,4713-01-01 BC)"}'),
    ('tsrange', '{empty,"[\"2026-01-01 00:00:00\",infinity)"}'), ('tstzrange', '{empty,"(\"0044-03-15 12:00:00+00 BC\",)"}'),
    ('int4multirange', '{"{}","{[1,2),[5,)}"}'), ('int8multirange', '{"{(,)}"}'), ('nummultirange', '{"{[1.0,1.00],(2,NaN]}"}'),
    ('datemultirange', '{"{[2026-01-01,infinity]}"}'), ('tsmultirange', '{"{[\"2026-01-01 00:00:00\",infinity)}"}'),
    ('tstzmultirange', '{"{[\"10000-01-01 00:00:00+00\",)}"}'), ('oid', '{0,4294967295}'), ('xid', '{4294967295}'), ('xid8', '{18446744073709551615}'),
    ('cid', '{4294967295}'), ('tid', '{"(4294967295,65535)"}'), ('pg_lsn', '{0/0,FFFFFFFF/FFFFFFFF}'), ('pg_snapshot', '{"10:20:10,14,15"}'),
    ('txid_snapshot', '{"10:20:10,14,15"}'), ('oidvector', '{"","1 4294967295"}'), ('int2vector', '{"","-32768 1"}'), ('refcursor', '{"",c}'),
    ('aclitem', '{"postgres=arw*/postgres","=U/postgres"}'), ('regclass', '{-,named,pg_class,999999}'), ('regtype', '{-,int4,"double precision"}'),
    ('regproc', '{-,now,999999}'), ('regprocedure', '{-,"abs(double precision)"}'), ('regoper', '{0,"||/"}'), ('regoperator', '{0,"+(integer,integer)"}'),
    ('regnamespace', '{-,public,pg_catalog}'), ('regrole', '{-,postgres}'), ('regcollation', '{-,"\"C\""}'), ('regconfig', '{-,simple,english}'),
    ('regdictionary', '{-,simple}')) AS samples (type, vals)
    WHERE to_regtype(type) IS NOT NULL
  LOOP
    EXECUTE format('CREATE TABLE %1$I (v %2$s, several %2$s[])', 'of ' || sample.type, sample.type);
    EXECUTE format('INSERT INTO %1$I (v) SELECT unnest(%3$L::%2$s[])', 'of ' || sample.type, sample.type, sample.vals);
    EXECUTE format('INSERT INTO %1$I (v) VALUES (NULL)', 'of ' || sample.type);
    -- With NULL in it, of two dimensions, empty, and with a lower bound of its own.
    -- Not of vectors, which are arrays themselves.
    IF sample.type NOT LIKE '%vector' OR sample.type = 'tsvector' THEN
      EXECUTE format('INSERT INTO %1$I (several) SELECT array_agg(v) FROM %1$I', 'of ' || sample.type);
      EXECUTE format('INSERT INTO %1$I (several) SELECT ARRAY[array_agg(v), array_agg(v)] FROM %1$I', 'of ' || sample.type);
    END IF;
    EXECUTE format('INSERT INTO %1$I (several) VALUES (''{}''), (''{NULL}'')', 'of ' || sample.type);
    EXECUTE format('INSERT INTO %1$I (several[-2]) SELECT v FROM %1$I LIMIT 1', 'of ' || sample.type);
  END LOOP;
END $do$;
