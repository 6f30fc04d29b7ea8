// A nightly job: `pgark run nightly --config src/pgark.config.ts`, from cron.
import { since } from '@pgark/filters'
import { defineConfig } from 'pgark'

export default defineConfig(({ env }) => ({
  databases: { shop: env.DATABASE_URL },
  destinations: { nightly: { url: env.BACKUPS ?? 'backups', retention: { keepDaily: 7, keepMonthly: 12 } } },
  backups: {
    nightly: {
      database: 'shop',
      to: 'nightly',
      schemas: ['production'],
      excludeTableData: ['production.audit_*'],
      metadata: { type: 'daily' },
    },
    week: {
      database: 'shop',
      to: 'nightly',
      tables: ['production.audit_log'],
      filters: { audit_log: since('at', '7 days') },
      metadata: { type: 'audit' },
    },
  },
}))
