// Serves a page that is built on a generated client, on an origin of its own, and works in it as two case managers would:
// a list, a case, a task, an edit that a colleague was faster with, a file and a chart.
// usage: node scripts/users/page.mjs BASE_URL PAGE_PORT FOLDER SCREENSHOT, with the token of a case manager in ACCESS_TOKEN.
// FOLDER has index.html, and the compiled page under js/. The origin must be among ASCMS_CORS_ORIGINS of the server.
//
// Fails when a step shows nothing or something else, on a script that fails, and on a request that fails. Prints how many
// calls the page made, and in how many seconds.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { launch } from "../browser.mjs";

const [base, port, folder, screenshot] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const faults = [];
let calls = 0;

// As bundlers and Node.js do, a module may be named without its ending, or by the folder whose index it is.
function found(path) {
  const asked = join(folder, normalize(path));
  if (path === "/") return { file: join(folder, "index.html"), type: "text/html" };
  for (const file of [asked, `${asked}.js`]) {
    if (file.endsWith(".js") && existsSync(file)) return { file, type: "text/javascript" };
  }
  return existsSync(join(asked, "index.js")) ? { moved: `${path}/index.js` } : null;
}

const frontend = createServer((request, response) => {
  const { pathname } = new URL(request.url, origin);
  const { file, type, moved } = found(pathname) ?? {};
  if (file) response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  else if (moved) response.writeHead(302, { location: moved }).end();
  else response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
});
await new Promise((listening) => frontend.listen(Number(port), "127.0.0.1", listening));

async function opened(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("request", (request) => (calls += request.url().startsWith(`${base}/v1/`) ? 1 : 0));
  const settings = new URLSearchParams({ api: base, token: process.env.ACCESS_TOKEN });
  await page.goto(`${origin}/#${settings}`);
  await page.locator("#cases button").nth(1).waitFor();
  return page;
}

// Pages through the list until a case is there whose button says this, and opens it.
async function openCase(page, says) {
  const wanted = page.locator("#cases button", { hasText: says }).first();
  for (;;) {
    const count = await page.locator("#cases button").count();
    if ((await wanted.count()) > 0 || !(await page.locator("#more").isVisible())) break;
    await page.locator("#more").click();
    await page.locator("#cases button").nth(count).waitFor();
  }
  const label = await wanted.innerText();
  await wanted.click();
  await page.locator("#case", { hasText: label }).waitFor();
  return label;
}

async function openTask(page, title) {
  await page.locator("#tasks button", { hasText: title }).click();
  await page.waitForFunction((title) => document.querySelector("#title").value === title, title);
}

async function save(page, title, shows) {
  await page.locator("#title").fill(title);
  await page.locator("#save").click();
  await page.locator(shows, { hasText: title }).waitFor();
}

const { context, close } = await launch();
const began = performance.now();
let seconds = 0;
try {
  const mine = await opened(context);
  const label = await openCase(mine, "active");
  const task = `Ring the school (${Date.now()})`;
  await mine.locator("#new-task").fill(task);
  await mine.locator("#plan").click();
  await openTask(mine, task);

  const theirs = await opened(context);
  await openCase(theirs, label);
  await openTask(theirs, task);
  await save(theirs, "Ring the dean", "#saved");

  await save(mine, "Ring the office", "#conflicts");
  const conflict = await mine.locator("#conflicts").innerText();
  if (!conflict.includes("/title: yours is Ring the office, theirs is Ring the dean")) faults.push(`conflict: ${conflict}`);
  await mine.locator("#keep").click();
  await mine.locator("#saved", { hasText: "Ring the office" }).waitFor();

  const file = { name: "hui.txt", mimeType: "text/plain", buffer: Buffer.from("Hui on Thursday.\n") };
  await mine.locator("#file").setInputFiles(file);
  await mine.locator("#document", { hasText: /^hui\.txt (clean|quarantined)$/ }).waitFor();

  await mine.locator("#draw").click();
  await mine.locator("#chart rect").first().waitFor({ state: "attached" });
  const heights = await mine.locator("#chart rect").evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute("height"))));
  if (!heights.some((height) => height > 0)) faults.push(`the chart's bars are ${heights} high`);
  const refusal = await mine.locator("#refusal").innerText();
  if (refusal) faults.push(`refused: ${refusal}`);
  seconds = (performance.now() - began) / 1000;
  await mine.screenshot({ path: screenshot, fullPage: true });
} catch (error) {
  faults.push(error.message);
} finally {
  await close();
  frontend.close();
}

for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? `${calls} calls, ${seconds.toFixed(1)} s` : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
