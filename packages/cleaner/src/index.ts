export type { CleanOptions, Keeping } from './options.ts'
export { type SettingRule, settingRules } from './rules/settings.ts'
export { cleanScript } from './script/clean-script.ts'
export { sqlCleaner } from './sql-cleaner.ts'
