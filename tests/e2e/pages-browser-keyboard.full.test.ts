/** A real Chromium at `serve --ui`, real engines, by keyboard alone: see jobs/. */
import { pageJobs } from './jobs/page-jobs.ts';

pageJobs('browser', 'keyboard');
