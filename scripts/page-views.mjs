// Opens a page for callers with a token as a person would: wide, at the width of a phone, and as it prints.
import { join } from "node:path";
import { accessibilityFaults, launch } from "./browser.mjs";

const VIEWS = [
  ["wide", 1280, "screen"],
  ["phone", 360, "screen"],
  ["print", 794, "print"],
];

// Adds to `faults` each request to anywhere but the page, each error on the console, a script, each fault that axe-core
// finds, and a page that scrolls sideways. Calls `compare` with each persona's wide page, and leaves pictures in `folder`.
export async function eachView({ address, tokens, folder, name }, faults, compare) {
  const { context, close } = await launch();
  let compared = 0;
  try {
    for (const [persona, token] of Object.entries(tokens)) {
      for (const [where, width, media] of VIEWS) {
        const page = await context.newPage();
        page.setDefaultTimeout(20_000);
        await page.setViewportSize({ width, height: 1000 });
        await page.emulateMedia({ media });
        await page.setExtraHTTPHeaders({ authorization: `Bearer ${token}` });
        page.on("request", (request) => {
          if (request.url() !== address) faults.push(`${persona}: asked for ${request.url()}`);
        });
        page.on("console", (message) => {
          if (message.type() === "error") faults.push(`console: ${message.text()}`);
        });
        const answer = await page.goto(address, { waitUntil: "networkidle" });
        if (answer.status() !== 200) faults.push(`${persona}: ${answer.status()}`);
        if ((await page.locator("script").count()) > 0) faults.push(`${persona}: the page has a script`);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        if (sideways) faults.push(`${persona}: scrolls sideways at ${width} px`);
        await page.screenshot({ path: join(folder, `${name}-${persona}-${where}.png`), fullPage: false });
        const all = await accessibilityFaults(page, "html");
        // Nobody taps on paper.
        const found = all.filter((fault) => media !== "print" || !fault.startsWith("target-size"));
        faults.push(...found.map((fault) => `${persona}, ${where}: ${fault}`));
        if (where === "wide") compared += await compare(persona, token, page);
        if (where === "print") await page.pdf({ path: join(folder, `${name}-${persona}.pdf`), format: "A4" });
        await page.close();
      }
    }
  } catch (error) {
    faults.push(error.message);
  } finally {
    await close();
  }
  return compared;
}

// Tells the faults, or what holds.
export function conclude(faults, holds) {
  for (const fault of faults.slice(0, 50)) console.error(fault);
  console.log(faults.length === 0 ? holds : `${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
