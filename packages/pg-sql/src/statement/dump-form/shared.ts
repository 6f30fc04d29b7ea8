/** What is of the whole server, not of one database. */
export const SHARED = ['DATABASE', 'TABLESPACE', 'PARAMETER', 'ROLE', 'USER', 'GROUP'] as const
