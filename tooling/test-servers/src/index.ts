export { type Comparison, compareDatabases } from './compare-databases.ts'
export { type Major, type StartOptions, startServer, type TestServer } from './embedded.ts'
export { type FaultyProxy, type Side, type StallOptions, startFaultyProxy } from './faulty-proxy.ts'
export { type StockClients, stockClients, testData } from './stock-clients.ts'
