// Who is running on this host: pid, parent, group and session of every process. Only reads.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readSmallFile } from './read-small-file.ts';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** 0 where the platform does not tell. */
  readonly session: number;
  /** Clock ticks since boot; with the pid it names one process for good. 0 where the platform does not tell. */
  readonly startedAt: number;
}

/** Live processes; zombies are left out, because nothing more can be done to them. */
export interface ProcessTable {
  list(): Promise<readonly ProcessEntry[]>;
  find(pid: number): ProcessEntry | undefined;
  /** Whether the process was started with this `NAME=value` in its environment. False where that is not readable. */
  carries(pid: number, variable: string): boolean;
}

export function processTable(platform: NodeJS.Platform): ProcessTable {
  return platform === 'linux' ? linuxTable : portableTable;
}

const linuxTable: ProcessTable = {
  list: () => Promise.resolve(linuxPids().flatMap((pid) => readLinuxEntry(pid) ?? [])),
  find: (pid) => readLinuxEntry(String(pid)),
  carries: hasEnvironmentEntry,
};

function linuxPids(): string[] {
  return readdirSync('/proc').filter((name) => /^[0-9]+$/u.test(name));
}

function readLinuxEntry(pid: string): ProcessEntry | undefined {
  try {
    return parseLinuxStat(readSmallFile(`/proc/${pid}/stat`));
  } catch {
    return undefined; // It ended while we looked.
  }
}

/**
 * One line of /proc/PID/stat; undefined for a zombie. The program's name comes second, in parentheses, and may itself
 * contain parentheses and spaces: a process that calls itself `x) S 1 1 1` must not choose its own parent.
 */
export function parseLinuxStat(stat: string): ProcessEntry | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startedAt = fields[19];
  if (state === undefined || startedAt === undefined || state === 'Z' || state === 'X') return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt: Number(startedAt),
  };
}

function hasEnvironmentEntry(pid: number, variable: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${variable}\0`);
  } catch {
    return false;
  }
}

const portableTable: ProcessTable = {
  list: async () => parsePs(await runPs()),
  find: () => undefined,
  carries: () => false,
};

function runPs(): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { env: {} }, (error, stdout) => {
      resolve(error === null ? stdout : '');
    });
  });
}

/** Lines of `ps -A -o pid=,ppid=,pgid=,stat=`. */
export function parsePs(text: string): readonly ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/u);
    if (state === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, startedAt: 0 }];
  });
}
