/** The real app under Xvfb, real engines, by mouse: see jobs/. */
import { pageJobs } from './jobs/page-jobs.ts';

pageJobs('app', 'mouse');
