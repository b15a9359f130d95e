import { describe, expect, it } from 'vitest';
import { callRaw } from '../support/raw-soap.js';
import { startTestSandbox } from '../support/sandbox.js';

const CALLS = 20;

describe('a sandbox that takes its time', () => {
  it('holds up many calls side by side, and warns of nothing', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listen);
    await using sandbox = await startTestSandbox({ latencyMs: 300 });
    const [institution] = sandbox.institutions;
    const startedAt = performance.now();
    const answers = await Promise.all(
      Array.from({ length: CALLS }, () =>
        callRaw(institution!, { service: 'SetupService', method: 'listSeasons' }),
      ),
    );
    const tookMs = performance.now() - startedAt;
    process.off('warning', listen);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: CALLS }, () => 200));
    expect(tookMs).toBeGreaterThanOrEqual(290);
    // One after the other they would take 6 s.
    expect(tookMs).toBeLessThan(CALLS * 300);
    expect(warnings).toEqual([]);
  });
});
