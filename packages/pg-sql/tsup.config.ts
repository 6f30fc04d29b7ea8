import { library } from '@pgark/build'

export default library({ entry: ['src/index.ts', 'src/rename/index.ts'] })
