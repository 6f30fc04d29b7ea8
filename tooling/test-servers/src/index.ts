export { type Major, type StartOptions, startServer, type TestServer } from './embedded.ts'
