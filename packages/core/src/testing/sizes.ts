import type { ExporterUnderTest } from './exporter-under-test.ts'

const defaultPartSizeBytes = 1024 * 1024

export const partSizeOf = ({ partSizeBytes = defaultPartSizeBytes }: ExporterUnderTest): number => partSizeBytes
