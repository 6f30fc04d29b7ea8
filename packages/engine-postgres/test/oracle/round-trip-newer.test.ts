import { describeRoundTrips } from '../support/describe-round-trips.ts'

// In two files, so that two workers share what takes longest of all.
describeRoundTrips(17)
describeRoundTrips(18)
