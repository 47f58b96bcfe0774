import { homedir } from 'node:os';
import { SystemMonitor } from './system-monitor.ts';

/** The machine without a host: no engines, and the disk of the home folder for that of models. */
export const machineOnly = (): SystemMonitor => new SystemMonitor({ engines: () => [], folders: () => [homedir()] });
