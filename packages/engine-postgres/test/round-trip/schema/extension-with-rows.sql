-- An extension whose configuration users change: none of those that come with PostgreSQL is such, so one is made of hstore. The
-- target must have it too.
CREATE EXTENSION hstore;
CREATE TABLE public.settings (id serial PRIMARY KEY, name text, is_own boolean);
CREATE TABLE public.words (word text);
ALTER EXTENSION hstore ADD TABLE public.settings;
ALTER EXTENSION hstore ADD SEQUENCE public.settings_id_seq;
ALTER EXTENSION hstore ADD TABLE public.words;
UPDATE pg_extension SET extconfig = ARRAY['settings'::regclass, 'settings_id_seq'::regclass, 'words'::regclass]::oid[],
  extcondition = ARRAY['WHERE is_own', '', ''] WHERE extname = 'hstore';
INSERT INTO public.settings (name, is_own) VALUES ('of the extension', false);
