/** What pg_dump writes for one object of ten: a table, and what belongs to it. */
const ofTable = (n: number): readonly string[] => [
  `CREATE TABLE app.orders_${n} (\n    id bigint NOT NULL,\n    customer_id integer NOT NULL,\n    state app.state DEFAULT 'new'::app.state NOT NULL,\n    amount numeric(12,2) DEFAULT 0 NOT NULL,\n    created_at timestamp with time zone DEFAULT now() NOT NULL,\n    note text,\n    CONSTRAINT amount_${n} CHECK ((app.is_amount(amount) AND (amount >= (0)::numeric)))\n);\n`,
  `CREATE SEQUENCE app.orders_${n}_id_seq\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;\n`,
  `ALTER SEQUENCE app.orders_${n}_id_seq OWNED BY app.orders_${n}.id;\n`,
  `ALTER TABLE ONLY app.orders_${n} ALTER COLUMN id SET DEFAULT nextval('app.orders_${n}_id_seq'::regclass);\n`,
  `ALTER TABLE ONLY app.orders_${n}\n    ADD CONSTRAINT orders_${n}_pkey PRIMARY KEY (id);\n`,
  `CREATE INDEX by_customer_${n} ON app.orders_${n} USING btree (customer_id, app.day_of(created_at));\n`,
  `CREATE VIEW app.spent_${n} AS\n SELECT orders_${n}.customer_id,\n    sum(orders_${n}.amount) AS amount\n   FROM (app.orders_${n}\n     JOIN app.customers ON ((customers.id = orders_${n}.customer_id)))\n  WHERE (orders_${n}.state <> 'cancelled'::app.state)\n  GROUP BY orders_${n}.customer_id;\n`,
  `CREATE FUNCTION app.total_${n}(customer integer) RETURNS numeric\n    LANGUAGE sql STABLE\n    AS $_$SELECT sum(amount) FROM app.orders_${n} WHERE customer_id = $1$_$;\n`,
  `CREATE TRIGGER touched_${n} BEFORE UPDATE ON app.orders_${n} FOR EACH ROW EXECUTE FUNCTION app.touch();\n`,
  `ALTER TABLE ONLY app.orders_${n}\n    ADD CONSTRAINT orders_${n}_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES app.customers(id) ON DELETE CASCADE;\n`,
]

/** So many definitions, each as pg_dump writes it, all in the schema `app`. */
export function definitions(count: number): string[] {
  const tables = Array.from({ length: Math.ceil(count / 10) }, (_, n) => ofTable(n))
  return tables.flat().slice(0, count)
}
