import { describe, expect, it } from 'vitest';
import { emptyConfig } from './config.ts';
import { runtimeSettings } from './runtime-settings.ts';

const context = { home: '/home/me/.cordon', workspace: '/srv/app/src', defaultSandbox: 'read-only' } as const;

describe('runtimeSettings', () => {
  it('is strict when nothing was configured', () => {
    expect(runtimeSettings(emptyConfig, context)).toEqual({
      sandbox: 'read-only',
      writableRoots: [],
      protect: ['/home/me/.cordon'],
      denyRead: [],
      limits: {},
      changes: 'commit',
      journal: {},
      network: 'none',
      excludeTmpdir: false,
      excludeSlashTmp: false,
      require: 'full',
      isolated: false,
      watch: { exec: 'rules', denials: 'auto' },
      allowedRunsUnsandboxed: false,
      features: { sandboxCommandAssessment: false },
      environment: {},
      rules: { home: '/home/me/.cordon', trustedProjects: [] },
    });
  });

  it('reads the rules of a trusted project only where the commands start inside it', () => {
    const projects = new Map([
      ['/srv/app', 'trusted'],
      ['/srv/app/', 'trusted'],
      ['/srv/ap', 'trusted'],
      ['/srv/app/src', 'untrusted'],
      ['/elsewhere', 'trusted'],
    ] as const);
    expect(runtimeSettings({ ...emptyConfig, projects }, context).rules).toEqual({
      home: '/home/me/.cordon',
      trustedProjects: ['/srv/app', '/srv/app/'],
    });
  });

  it('leaves the users rules out when they are switched off, and still keeps commands from the home', () => {
    const features = { ...emptyConfig.features, execPolicy: false };
    const { rules, protect } = runtimeSettings({ ...emptyConfig, features }, context);
    expect({ rules, protect }).toEqual({ rules: {}, protect: ['/home/me/.cordon'] });
  });
});
