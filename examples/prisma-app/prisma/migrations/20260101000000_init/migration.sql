CREATE SCHEMA "crm";
-- Beside the application's own, as hosts have it: sessions find it by their search_path.
CREATE SCHEMA "extensions";
CREATE EXTENSION "citext" SCHEMA "extensions";

CREATE TYPE "crm"."role" AS ENUM ('CUSTOMER', 'STAFF', 'administrator');
CREATE TYPE "public"."order_status" AS ENUM ('pending', 'paid', 'shipped', 'cancelled by customer');

CREATE TABLE "crm"."customers" (
  "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "email" "extensions".citext NOT NULL UNIQUE,
  "full_name" text NOT NULL,
  "role" "crm"."role" NOT NULL DEFAULT 'CUSTOMER',
  "born_on" date,
  "calls_after" time(0),
  "points" bigint NOT NULL DEFAULT 0,
  "score" double precision NOT NULL DEFAULT 0,
  "interests" text[],
  "settings" jsonb NOT NULL DEFAULT '{}',
  "created_at" timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "deleted_at" timestamptz(3),
  "password" text,
  "referrer_id" uuid REFERENCES "crm"."customers"
);

CREATE TABLE "crm"."sessions" (
  "token" text PRIMARY KEY,
  "customer_id" uuid NOT NULL REFERENCES "crm"."customers",
  "last_seen" timestamp(3) NOT NULL,
  "address" inet
);

CREATE TABLE "crm"."audit_log" (
  "at" timestamptz(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "what" text NOT NULL,
  "payload" jsonb
);

CREATE TABLE "public"."categories" (
  "id" int PRIMARY KEY,
  "name" text NOT NULL,
  "parent_id" int REFERENCES "public"."categories"
);

CREATE TABLE "public"."products" (
  "id" bigint PRIMARY KEY,
  "sku" varchar(20) NOT NULL UNIQUE,
  "name" text NOT NULL,
  "price" decimal(65, 30) NOT NULL,
  "image" bytea,
  "attributes" jsonb,
  "search" tsvector,
  "oldCode" text,
  "category_id" int REFERENCES "public"."categories"
);

CREATE TABLE "public"."orders" (
  "id" serial PRIMARY KEY,
  "status" "public"."order_status" NOT NULL DEFAULT 'pending',
  "history" "public"."order_status"[],
  "total" decimal(12, 2) NOT NULL,
  "note" text,
  "is_gift" boolean NOT NULL DEFAULT false,
  "created_at" timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "customer_id" uuid NOT NULL REFERENCES "crm"."customers"
);
CREATE INDEX "orders_customer_id_created_at_idx" ON "public"."orders" ("customer_id", "created_at" DESC);

CREATE TABLE "public"."order_items" (
  "order_id" int NOT NULL REFERENCES "public"."orders",
  "line" smallint NOT NULL,
  "product_id" bigint NOT NULL REFERENCES "public"."products",
  "quantity" int NOT NULL,
  "discounts" int[],
  PRIMARY KEY ("order_id", "line")
);

CREATE TABLE "public"."Tag" ("id" serial PRIMARY KEY, "label" text NOT NULL UNIQUE);

CREATE TABLE "public"."_OrderToTag" (
  "A" int NOT NULL REFERENCES "public"."orders" ON DELETE CASCADE,
  "B" int NOT NULL REFERENCES "public"."Tag" ON DELETE CASCADE,
  CONSTRAINT "_OrderToTag_AB_pkey" PRIMARY KEY ("A", "B")
);
CREATE TABLE "crm"."_Friends" (
  "A" uuid NOT NULL REFERENCES "crm"."customers" ON DELETE CASCADE,
  "B" uuid NOT NULL REFERENCES "crm"."customers" ON DELETE CASCADE,
  CONSTRAINT "_Friends_AB_pkey" PRIMARY KEY ("A", "B")
);
CREATE TABLE "crm"."_Favourites" (
  "A" uuid NOT NULL REFERENCES "crm"."customers" ON DELETE CASCADE,
  "B" bigint NOT NULL REFERENCES "public"."products" ON DELETE CASCADE,
  CONSTRAINT "_Favourites_AB_pkey" PRIMARY KEY ("A", "B")
);
