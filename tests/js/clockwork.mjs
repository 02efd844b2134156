// Timers that run when a test says so, and nothing else: hours pass in a moment, and always in the same order.

export function clockwork() {
  let now = 0;
  let next = 1;
  const timers = new Map();
  return {
    now: () => now,
    setTimeout: (run, ms) => {
      timers.set(next, { run, at: now + Math.max(0, ms) });
      return next++;
    },
    clearTimeout: (id) => timers.delete(id),
    /** Moves time on, running what falls due in order, and lets promises settle between. */
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        let due = null;
        for (const [id, timer] of timers) if (timer.at <= end && (!due || timer.at < due.at)) due = { id, ...timer };
        if (!due) break;
        now = due.at;
        timers.delete(due.id);
        due.run();
        for (let n = 0; n < 10; n += 1) await Promise.resolve();
      }
      now = end;
    },
  };
}
