export { landlockBackend, type LandlockOptions } from './landlock-backend.ts';
export { probeLauncher } from './probe-launcher.ts';
