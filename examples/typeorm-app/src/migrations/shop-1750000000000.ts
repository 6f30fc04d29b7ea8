import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Shop1750000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Beside the application's own, as hosts have it: sessions find it by their search_path.
      CREATE SCHEMA extensions;
      CREATE EXTENSION citext SCHEMA extensions;
      CREATE TYPE shop.customer_level AS ENUM ('guest', 'regular', 'VIP');
      CREATE TABLE shop.customers (
        id uuid PRIMARY KEY,
        full_name varchar NOT NULL,
        email extensions.citext NOT NULL,
        country character(2) NOT NULL,
        level shop.customer_level NOT NULL,
        "homeStreet" varchar,
        "homeZip_code" varchar,
        balance numeric(12, 2) NOT NULL,
        points bigint NOT NULL,
        born date,
        interests text[] NOT NULL,
        settings jsonb NOT NULL,
        avatar bytea,
        active character(1) NOT NULL,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz,
        referrer_id uuid REFERENCES shop.customers
      );
      CREATE TABLE shop.categories (id int PRIMARY KEY, name varchar NOT NULL, parent_id int REFERENCES shop.categories);
      CREATE TABLE shop.categories_closure (
        id_ancestor int REFERENCES shop.categories ON DELETE CASCADE,
        id_descendant int REFERENCES shop.categories ON DELETE CASCADE,
        PRIMARY KEY (id_ancestor, id_descendant)
      );
      CREATE TABLE shop.products (
        id int PRIMARY KEY,
        stock_code varchar NOT NULL UNIQUE,
        price numeric(10, 2) NOT NULL,
        category_id int REFERENCES shop.categories
      );
      CREATE TABLE shop.tags (id int PRIMARY KEY, label varchar NOT NULL);
      CREATE TABLE shop.product_tags (
        product_id int REFERENCES shop.products ON DELETE CASCADE,
        tag_id int REFERENCES shop.tags ON DELETE CASCADE,
        PRIMARY KEY (product_id, tag_id)
      );
      CREATE TABLE shop.contents (id int PRIMARY KEY, title varchar NOT NULL, width int, words int, kind varchar NOT NULL);
      CREATE INDEX ON shop.contents (kind);
      -- Written by triggers, and no entity.
      CREATE TABLE shop.audit_log (at timestamptz NOT NULL DEFAULT now(), what text NOT NULL);
      INSERT INTO shop.audit_log (what) VALUES ('created');
    `)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA shop CASCADE; DROP SCHEMA extensions CASCADE')
  }
}
