// The door of the configuration room.
export {
  type BearerCommand,
  type Config,
  emptyConfig,
  type ModelProvider,
  type ShellEnvironmentSettings,
} from './config.ts';
export { cordonHome } from './home.ts';
export { type ConfigSource, loadConfig, type LoadedConfig } from './load-config.ts';
export { type Override, parseOverride } from './parse-override.ts';
export { type RuntimeSettings, type RuntimeSettingsContext, runtimeSettings } from './runtime-settings.ts';
export { withRealProjects } from './real-projects.ts';
