/** The real app under Xvfb, real engines, by keyboard alone: see jobs/. */
import { pageJobs } from './jobs/page-jobs.ts';

pageJobs('app', 'keyboard');
