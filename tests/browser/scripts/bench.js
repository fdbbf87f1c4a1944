// What the cases of the page's scripts share: their list, what they claim, and a browser whose network, clock and
// storage do what a case says. Nothing here waits for real time to pass.

const cases = new Map();

function test(name, run) { cases.set(name, run); }

function equal(found, wanted) {
  const [is, should] = [found, wanted].map((value) => JSON.stringify(value));
  if (is !== should) throw new Error(`${is}, but it should be ${should}`);
}

// Runs every case, in order, each on an empty page: what it fell over, or "" when it holds.
async function results() {
  const found = {};
  for (const [name, run] of cases) {
    document.body.replaceChildren();
    try {
      await run();
      found[name] = "";
    } catch (error) {
      found[name] = error.stack;
    }
  }
  return found;
}

// Until everything that was only waiting for an answer has gone on.
function settled() { return new Promise((done) => { setTimeout(done); }); }

// A tab as far as the scripts know one; after a reload another one with the same storage.
class Tab extends EventTarget {
  now = 0;
  timers = new Map(); // number → {at, run, every}
  last = 0;           // number of the newest
  requests = [];      // {address, options, sent, answer(status, json), lose()}

  constructor(kept = new Map()) {
    super();
    this.kept = kept;
    this.sessionStorage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => kept.set(key, text),
      removeItem: (key) => kept.delete(key),
    };
  }

  setTimeout(run, ms) {
    this.timers.set(++this.last, { at: this.now + ms, run });
    return this.last;
  }

  setInterval(run, ms) {
    this.timers.set(++this.last, { at: this.now + ms, run, every: ms });
    return this.last;
  }

  clearTimeout(number) { this.timers.delete(number); }

  clearInterval(number) { this.timers.delete(number); }

  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const [first] = [...this.timers].filter(([, timer]) => timer.at <= end).toSorted(([, a], [, b]) => a.at - b.at);
      if (!first) break;
      const [number, timer] = first;
      this.now = timer.at;
      if (timer.every) timer.at += timer.every;
      else this.timers.delete(number);
      timer.run();
    }
    this.now = end;
  }

  fetch(address, options) {
    return new Promise((resolve, reject) => {
      this.requests.push({
        address,
        options,
        sent: options.body && JSON.parse(options.body),
        answer: (status, json) => { resolve(new Response(JSON.stringify(json), { status })); return settled(); },
        lose: () => { reject(new TypeError("Failed to fetch")); return settled(); },
      });
    });
  }
}
