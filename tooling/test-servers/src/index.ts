export { type Comparison, compareDatabases } from './compare-databases.ts'
export { type Major, type StartOptions, startServer, type TestServer } from './embedded.ts'
export { startStandby } from './standby.ts'
export { type StockClients, stockClients, testData } from './stock-clients.ts'
