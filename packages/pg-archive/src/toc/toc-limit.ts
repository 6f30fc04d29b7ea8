/**
 * The longest table of contents, in bytes, that is read from a stream or written unless something else is asked for: what is
 * written can be read again. Some two and a half million large objects, which take two or three times as much memory. No string
 * within it is longer than those of JavaScript can be.
 */
export const tocLimitBytes = 512 * 1024 * 1024
