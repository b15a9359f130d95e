import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

// Loaded into a measured process before it starts: each message is answered with what was seen since the last one.
if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('message', (wish) => {
    if (wish === 'collect') {
      globalThis.gc();
      process.send(process.memoryUsage().heapUsed);
      return;
    }
    process.send({
      longestStallMs: delay.max / 1e6,
      memoryMb: process.memoryUsage.rss() / 1e6,
      peakMemoryMb: process.resourceUsage().maxRSS / 1e3,
    });
    delay.reset();
  });
  process.channel.unref();
}
