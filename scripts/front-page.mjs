// Opens the front page and some pages that it leads to as a person would: wide and at the width of a phone, then the page
// of the operations without script.
// usage: node scripts/front-page.mjs BASE_URL FOLDER
//
// Fails on a request to anywhere but the page, an error on the console, a script, a fault that axe-core finds, a page that
// scrolls sideways, a link that leads nowhere, or no list of operations without script. Leaves pictures in FOLDER.
import { join } from "node:path";
import { accessibilityFaults, launch } from "./browser.mjs";

const [base, folder] = process.argv.slice(2);
const faults = [];

async function look(context, where, width, path = "/") {
  const address = `${base}${path}`;
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.setViewportSize({ width, height: 1000 });
  page.on("request", (request) => {
    if (request.url() !== address) faults.push(`asked for ${request.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  const answer = await page.goto(address, { waitUntil: "networkidle" });
  if (answer.status() !== 200) faults.push(`${path} answered ${answer.status()}`);
  if ((await page.locator("script").count()) > 0) faults.push("the page has a script");
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  if (sideways) faults.push(`${path} scrolls sideways at ${width} px`);
  await page.screenshot({ path: join(folder, `front-${where}.png`), fullPage: true });
  faults.push(...(await accessibilityFaults(page, "html")).map((fault) => `${where}: ${fault}`));
  const links = await page.locator("a").evaluateAll((links) => links.map((link) => link.href));
  await page.close();
  return links;
}

async function follow(links) {
  for (const link of new Set(links)) {
    const { status } = await fetch(link);
    // The report is for those who may read numbers.
    const wanted = link.includes("/reports/") ? 401 : 200;
    if (status !== wanted) faults.push(`${link} answered ${status}`);
  }
}

async function withoutScript() {
  const { context, close } = await launch({ javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto(`${base}/docs/`);
    const text = await page.locator("body").innerText();
    if (!text.includes("GET /v1/schools") || !text.includes("listSchools")) {
      faults.push("without script no operation is shown");
    }
  } finally {
    await close();
  }
}

const { context, close } = await launch();
let followed = 0;
try {
  const links = [...(await look(context, "wide", 1280)), ...(await look(context, "phone", 360))];
  for (const path of ["/guides/frontend", "/guides/api", "/problems", "/problems/stale"]) {
    const where = path.replaceAll("/", "-").slice(1);
    await look(context, `${where}-wide`, 1280, path);
    await look(context, `${where}-phone`, 360, path);
  }
  followed = new Set(links).size;
  await follow(links);
  await withoutScript();
} catch (error) {
  faults.push(error.message);
} finally {
  await close();
}

for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? `The front page works, and its ${followed} links lead somewhere.` : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
