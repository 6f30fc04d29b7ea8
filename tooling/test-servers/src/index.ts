export { type Comparison, compareDatabases } from './compare-databases.ts'
export { databaseDigest } from './database-digest.ts'
export { type Major, type StartOptions, startServer, type TestServer } from './embedded.ts'
export { type StockClients, stockClients, testData } from './stock-clients.ts'
