import type { Compression, Section } from './model.ts'

/** The first bytes of a custom archive and of a `toc.dat`. */
export const MAGIC = 'PGDMP'
/** Format codes of pg_backup.h. A `toc.dat` of the directory format carries tar's code as well. */
export const FORMATS = { custom: 1, directory: 3 } as const
/** `pg_compress_algorithm` of PostgreSQL's compression.h, from 0. */
export const ALGORITHMS: readonly Compression['algorithm'][] = ['none', 'gzip', 'lz4', 'zstd']
/** `teSection` of pg_backup.h, from 1. */
export const SECTIONS: readonly Section[] = ['none', 'pre-data', 'data', 'post-data']
/** `K_OFFSET_*` of pg_backup_archiver.h: whether an entry of the custom format has data, and whether its place is known. */
export const K_OFFSET = { notSet: 1, set: 2, noData: 3 } as const
/** `BLK_*` of pg_backup_custom.c: what a block of the custom format holds. */
export const BLOCK = { table: 1, 'large-objects': 3 } as const
