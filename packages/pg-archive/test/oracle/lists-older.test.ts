import { describeLists } from './describe-lists.ts'

describeLists(13)
describeLists(15)
