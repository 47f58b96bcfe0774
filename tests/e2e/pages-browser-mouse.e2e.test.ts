/** A real Chromium at `serve --ui`, real engines, by mouse: see jobs/. */
import { pageJobs } from './jobs/page-jobs.ts';

pageJobs('browser', 'mouse');
