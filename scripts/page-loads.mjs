// Measures how the front page and the page of the operations load in a browser that has nothing of them yet: when the first
// content and the largest are painted, how long long tasks block the page, how far its content shifts, what it loads, and
// when it is of use.
// usage: node scripts/page-loads.mjs BASE_URL
//
// Each page is loaded five times, each time by a browser of its own; the median is printed, and the least and most time
// until it was of use. Fails when the fastest of the page of the operations took more than three seconds: another program
// on the machine slows a load down, and nothing makes it faster.
import { launch } from "./browser.mjs";

const [base] = process.argv.slice(2);
const LOADS = 5;
const MOST_MS = 3000;
// A page is quiet when nothing blocked it for so long.
const QUIET_MS = 1000;
// What a task may take before it blocks: the definition of a long task.
const LONG_TASK_MS = 50;

const PAGES = {
  "/": { ready: (page) => page.locator("main").waitFor() },
  "/docs/": {
    most: MOST_MS,
    ready: async (page) => {
      await page.locator(".opblock-tag").first().waitFor();
      await page.locator("button[data-persona]:enabled").first().waitFor();
    },
  },
};

// Runs in the page, before anything of the page does.
function observe(longTask) {
  const seen = { firstPaint: 0, largestPaint: 0, shift: 0, longTasks: [] };
  window.seenByGate = seen;
  const on = (type, note) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type, buffered: true });
  };
  on("paint", (entry) => {
    if (entry.name === "first-contentful-paint") seen.firstPaint = entry.startTime;
  });
  on("largest-contentful-paint", (entry) => (seen.largestPaint = entry.startTime));
  on("layout-shift", (entry) => (seen.shift += entry.hadRecentInput ? 0 : entry.value));
  on("longtask", ({ startTime, duration }) => seen.longTasks.push({ startTime, over: duration - longTask }));
}

async function load(path, { ready }) {
  const { context, close } = await launch({ viewport: { width: 1280, height: 900 } });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(20_000);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    const sum = { requests: 0, bytes: 0 };
    devtools.on("Network.requestWillBeSent", () => (sum.requests += 1));
    devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (sum.bytes += encodedDataLength));
    await page.addInitScript(observe, LONG_TASK_MS);
    const began = performance.now();
    await page.goto(`${base}${path}`, { waitUntil: "commit" });
    await ready(page);
    const usable = performance.now() - began;
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(QUIET_MS);
    const { firstPaint, largestPaint, shift, longTasks } = await page.evaluate(() => window.seenByGate);
    const blocking = longTasks.filter(({ startTime }) => startTime >= firstPaint);
    const blocked = blocking.reduce((total, { over }) => total + over, 0);
    return { usable, firstPaint, largestPaint, blocked, shift, ...sum };
  } finally {
    await close();
  }
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const faults = [];
const lines = [];
for (const [path, settings] of Object.entries(PAGES)) {
  try {
    const loads = [];
    for (let count = 0; count < LOADS; count += 1) loads.push(await load(path, settings));
    const of = (name) => median(loads.map((one) => one[name]));
    const ms = (name) => `${Math.round(of(name))} ms`;
    const usable = loads.map((one) => Math.round(one.usable));
    const [least, most] = [Math.min(...usable), Math.max(...usable)];
    lines.push(
      `${path} of use after ${least} to ${most} ms, first paint ${ms("firstPaint")}, largest ${ms("largestPaint")}, ` +
        `blocked ${ms("blocked")}, shift ${of("shift").toFixed(3)}, ${Math.round(of("bytes") / 1000)} kB in ${of("requests")} requests`,
    );
    if (of("firstPaint") === 0 || of("largestPaint") === 0) faults.push(`${path}: no paint was seen`);
    if (settings.most !== undefined && least > settings.most) faults.push(`${path} was of use after ${least} ms at best`);
  } catch (error) {
    faults.push(`${path}: ${error.message}`);
  }
}

for (const line of lines) console.error(line);
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? lines.join("; ") : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
