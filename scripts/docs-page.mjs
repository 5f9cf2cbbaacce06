// Opens the documentation page as a person would and calls one operation from it.
// usage: node scripts/docs-page.mjs BASE_URL SCREENSHOT, with the token in ACCESS_TOKEN
//
// Fails on a request that fails, a request to any other origin, an error on the console, or an answer other than 200.
import { launch } from "./browser.mjs";

const [base, screenshot] = process.argv.slice(2);
const token = process.env.ACCESS_TOKEN;
const origin = new URL(base).origin;
const faults = [];

const { context, close } = await launch({ viewport: { width: 1280, height: 1600 } });

try {
  const page = context.pages()[0] ?? (await context.newPage());
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

  await page.goto(`${base}/docs/`, { waitUntil: "networkidle" });

  await page.locator(".auth-wrapper button.authorize").first().click();
  const dialog = page.locator(".dialog-ux .modal-ux");
  await dialog.locator("input").first().fill(token);
  await dialog.locator("button.authorize").first().click();
  await dialog.locator("button.btn-done").click();

  const operation = page.locator('.opblock[id$="-listSchools"]');
  if (!(await operation.isVisible())) {
    const tag = page.locator(".opblock-tag-section", { has: page.locator('[data-tag="Schools"]') });
    await tag.locator(".opblock-tag").click();
  }
  await operation.locator(".opblock-summary-control").click();
  await operation.locator("button.execute").click();

  const answer = operation.locator(".live-responses-table tbody .response").first();
  await answer.waitFor();
  const status = (await answer.locator(".response-col_status").innerText()).trim().split(/\s/)[0];
  if (status !== "200") faults.push(`listSchools from the page answered ${status}`);
  const body = await answer.locator(".highlight-code, .microlight").first().innerText();
  if (!body.includes('"items"')) faults.push("the page does not show the schools");

  await operation.scrollIntoViewIfNeeded();
  await page.screenshot({ path: screenshot });
} catch (error) {
  faults.push(error.message);
} finally {
  await close();
}

for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? "The page works, and asks nobody else." : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
