import { file } from '../../src/index.ts'

// What a process of its own opens: the location stands in the URL by which it loads this.
export const open = () => file(new URL(import.meta.url).searchParams.get('location') ?? '')
