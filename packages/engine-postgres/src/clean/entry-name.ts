import type { TocEntry } from '@pgark/pg-archive'

/** An entry's name for messages: `TABLE public.orders`. */
export const entryName = ({ description = 'object', schema, tag = '' }: TocEntry) =>
  `${description} ${schema ? `${schema}.` : ''}${tag}`
