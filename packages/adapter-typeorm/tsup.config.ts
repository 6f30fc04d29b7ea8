import { library } from '@pgark/build'

export default library()
