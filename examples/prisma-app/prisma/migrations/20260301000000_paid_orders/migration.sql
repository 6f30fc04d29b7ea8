CREATE VIEW "public"."paid_orders" AS SELECT "id", "total" FROM "public"."orders" WHERE "status" IN ('paid', 'shipped');
