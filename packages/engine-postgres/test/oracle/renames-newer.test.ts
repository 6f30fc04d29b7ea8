import { describeRenames } from '../support/describe-renames.ts'

describeRenames(18)
