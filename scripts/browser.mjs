// One Chromium for the gates, with a profile of its own that goes with it.
// CHROMIUM names the program where it is not in its usual place.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// A browser context, and how it is closed.
export async function launch(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
    ...options,
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What axe-core finds wrong in a part of the page.
export async function accessibilityFaults(page, selector) {
  // By the debugger's door, since the pages' policies let no script of ours in.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8"));
  const run = ([selector, runOnly]) => window.axe.run(selector, { runOnly });
  const found = await page.evaluate(run, [selector, RULES]);
  const faults = found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  const looked = found.passes.some((rule) => rule.id === "color-contrast");
  return looked ? faults : [...faults, "no contrast was looked at"];
}
