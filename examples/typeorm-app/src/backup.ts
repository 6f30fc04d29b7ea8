// The application backs itself up: the connection is its own, and what is chosen is said in its own words.
//
//   DATABASE_URL=postgres://… node src/backup.ts
import { fromTypeORM, where } from '@pgark/adapter-typeorm'
import { backup, file } from '@pgark/core'
import { postgres } from '@pgark/engine-postgres'
