import type { MigrationInterface, QueryRunner } from 'typeorm'
import { expression } from '../entities/spending.ts'

export class Orders1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE shop.order_status AS ENUM ('open', 'paid', 'sent');
      CREATE TABLE shop.orders (
        region varchar NOT NULL,
        number varchar NOT NULL,
        status shop.order_status NOT NULL,
        total numeric(12, 2) NOT NULL,
        placed_at timestamp NOT NULL,
        deleted_at timestamptz,
        customer_id uuid NOT NULL REFERENCES shop.customers,
        PRIMARY KEY (number, region)
      );
      CREATE TABLE shop.order_lines (
        id int PRIMARY KEY,
        quantity int NOT NULL,
        order_region varchar NOT NULL,
        order_number varchar NOT NULL,
        product_id int NOT NULL REFERENCES shop.products,
        FOREIGN KEY (order_number, order_region) REFERENCES shop.orders (number, region)
      );
      CREATE SCHEMA billing;
      CREATE TABLE billing.invoices (
        id bigint PRIMARY KEY,
        amount numeric(12, 2) NOT NULL,
        paid_on date,
        customer_id uuid NOT NULL REFERENCES shop.customers
      );
      CREATE VIEW billing.spending AS ${expression};
    `)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP SCHEMA billing CASCADE; DROP TABLE shop.order_lines, shop.orders; DROP TYPE shop.order_status',
    )
  }
}
