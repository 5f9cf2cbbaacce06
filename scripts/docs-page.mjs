// Opens the page of the operations as a person would, finds an operation, and calls it as a persona on a chosen day.
// usage: node scripts/docs-page.mjs BASE_URL SCREENSHOT
//
// Fails on a request that fails, a request to any other origin, an error on the console, a fault that axe-core finds in
// the page's own fields, or a call that is not the persona's or not of that day. Prints when the page was of use.
import { accessibilityFaults, launch } from "./browser.mjs";

const [base, screenshot] = process.argv.slice(2);
const origin = new URL(base).origin;
const PERSONA = "workflow-lead";
const DAY = "2026-03-16";
const faults = [];
let usable = 0;

const { context, close } = await launch({ viewport: { width: 1280, height: 1600 } });

function watch(page) {
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== origin) {
      faults.push(`asked another origin: ${request.url()}`);
    }
  });
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`answered ${response.status()}: ${response.url()}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
}

// Everything that is found has the word; the operation of that name is among it.
async function find(page, word, name) {
  await page.locator("#filter").fill(word);
  const operation = page.locator(`.opblock[id$="-${name}"]`);
  await operation.waitFor();
  for (const one of await page.locator(".opblock").all()) {
    const [name, text] = [await one.getAttribute("id"), await one.innerText()];
    if (!`${name} ${text}`.toLowerCase().includes(word)) faults.push(`${word} finds ${name}`);
  }
  return operation;
}

async function callAs(page, persona) {
  const button = page.locator(`button[data-persona="${persona}"]`);
  await button.click();
  await page.locator("#signed-in", { hasText: persona }).waitFor();
  const pressed = await page.locator("button[data-persona][aria-pressed=true]").allInnerTexts();
  if (pressed.join() !== persona) faults.push(`pressed: ${pressed}`);
}

async function call(page, operation) {
  const sent = page.waitForRequest((request) => new URL(request.url()).pathname === "/v1/schools");
  await operation.locator(".opblock-summary-control").click();
  await operation.locator("button.execute").click();
  const samples = await operation.locator("details.code-sample summary").allInnerTexts();
  if (samples.join() !== "curl,TypeScript,Python") faults.push(`code samples: ${samples}`);
  const headers = await (await sent).allHeaders();
  if (headers["sandbox-date"] !== DAY) faults.push(`Sandbox-Date was ${headers["sandbox-date"]}`);
  if (!headers.authorization?.startsWith("Bearer ")) faults.push("no token was sent");
  const answer = operation.locator(".live-responses-table tbody .response").first();
  await answer.waitFor();
  const status = (await answer.locator(".response-col_status").innerText()).trim().split(/\s/)[0];
  if (status !== "200") faults.push(`listSchools from the page answered ${status}`);
  const body = await answer.locator(".highlight-code, .microlight").first().innerText();
  if (!body.includes('"items"')) faults.push("the page does not show the schools");
}

// All schemas are named at once, and one is described when it is opened.
async function openSchema(page, name, member) {
  await page.locator(".models .models-control").click();
  const schema = page.locator(".models article.json-schema-2020-12", { has: page.getByText(name, { exact: true }) }).first();
  await schema.locator(".json-schema-2020-12-accordion").first().click();
  await schema.locator(".json-schema-2020-12-property", { hasText: member }).first().waitFor();
}

try {
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  const began = performance.now();
  await page.goto(`${base}/docs/`);
  await page.locator(".opblock-tag").first().waitFor();
  await page.locator(`button[data-persona="${PERSONA}"]:enabled`).waitFor();
  usable = performance.now() - began;
  const title = await page.title();
  if (!title.includes("AS-CMS") || title.includes("Swagger")) faults.push(`the title is ${title}`);

  await find(page, "sibling", "listSiblings");
  const operation = await find(page, "listschools", "listSchools");
  await callAs(page, PERSONA);
  await page.locator("#sandbox-date").fill(DAY);
  await call(page, operation);
  faults.push(...(await accessibilityFaults(page, ".door")));
  await operation.scrollIntoViewIfNeeded();
  await page.screenshot({ path: screenshot });

  await page.locator("#filter").fill("");
  const tags = await page.locator(".opblock-tag").count();
  if (tags < 10) faults.push(`without a filter ${tags} tags are there`);
  await openSchema(page, "AddTask", "dueInBusinessDays");
} catch (error) {
  faults.push(error.message);
} finally {
  await close();
}

for (const fault of faults) console.error(fault);
const of = `The page works, and asks nobody else. It was of use after ${Math.round(usable)} ms.`;
console.log(faults.length === 0 ? of : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
