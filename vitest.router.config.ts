import { defineConfig } from 'vitest/config';
import usual from './vitest.config.js';

/** `npm run test:router`: what needs a router that is installed apart from this project. */
export default defineConfig({ ...usual, test: { ...usual.test, include: ['test/router/*.check.ts'] } });
