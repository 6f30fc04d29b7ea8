import { describeLists } from './describe-lists.ts'

describeLists(17)
describeLists(18)
