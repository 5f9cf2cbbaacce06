// Opens the report of service levels as a person would: wide, at the width of a phone, and as it prints.
// usage: node scripts/report-page.mjs BASE_URL FOLDER, with the tokens in ACCESS_TOKENS ({"persona": "token"})
//
// Fails on a request to anywhere but the page, an error on the console, a script, a fault that axe-core finds, a page
// that scrolls sideways, or a number that is not the one of the JSON that its row links to. Leaves pictures in FOLDER.
import { conclude, eachView } from "./page-views.mjs";

const [base, folder] = process.argv.slice(2);
const tokens = JSON.parse(process.env.ACCESS_TOKENS);
const address = `${base}/reports/service-levels`;
const faults = [];

// What the page shows in its tables, and in words beside its bars.
const shown = () =>
  [...document.querySelectorAll("tr[data-measure]")].map((row) => {
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    const [term, met, counted, rate, passed, target, kept, pending, excluded] = cells;
    const { measure, within } = row.dataset;
    const link = row.querySelector("a").getAttribute("href");
    return { term, met, counted, rate, passed, target, kept, pending, excluded, measure, within, link };
  });

const words = () =>
  [...document.querySelectorAll(".bars li")].map((bar) => {
    const [title, desc] = ["title", "desc"].map((name) => bar.querySelector(`svg ${name}`).textContent);
    const met = bar.querySelector("svg .met")?.getAttribute("width") ?? null;
    const line = bar.querySelector("svg .target").getAttribute("x1");
    return { title, desc, met, line, says: [...bar.querySelectorAll(".says")].map((one) => one.textContent) };
  });

// The same as the page should say it, from the answer of the API.
function expected(number) {
  const excluded = number.excluded.reduce((sum, one) => sum + one.count, 0);
  const percent = (rate) => `${(rate * 100).toFixed(2)} %`;
  const soFar = number.pending > 0 ? " so far" : "";
  const rate = number.rate === null ? "nothing to count" : `${percent(number.rate)}${soFar}`;
  const past = number.deadlinePassed;
  const share = past.rate === null ? "" : ` (${percent(past.rate)})`;
  return {
    met: `${number.numerator}`,
    counted: `${number.denominator}`,
    rate,
    passed: `${past.numerator} of ${past.denominator}${share}`,
    target: `${number.targetPercent} %`,
    kept: number.met === null ? "open" : number.met ? "kept" : "not kept",
    pending: `${number.pending}`,
    excluded: `${excluded}`,
  };
}

async function compare(persona, token, page) {
  const rows = await page.evaluate(shown);
  const bars = await page.evaluate(words);
  if (rows.length === 0) faults.push(`${persona}: the page shows no number`);
  if (rows.length !== bars.length) faults.push(`${persona}: ${rows.length} rows, ${bars.length} bars`);
  const answers = new Map();
  for (const [place, row] of rows.entries()) {
    if (!answers.has(row.link)) {
      const answer = await fetch(base + row.link, { headers: { authorization: `Bearer ${token}` } });
      if (answer.status !== 200) faults.push(`${persona}: ${row.link} answered ${answer.status}`);
      answers.set(row.link, await answer.json());
    }
    const numbers = answers.get(row.link).items?.[0]?.numbers ?? [];
    const fits = (one) => one.measure === row.measure && `${one.withinDays ?? ""}` === row.within;
    const number = numbers.find(fits);
    if (!number) {
      faults.push(`${persona}: ${row.link} has no ${row.measure} ${row.within}`);
      continue;
    }
    const wanted = expected(number);
    for (const [name, value] of Object.entries(wanted)) {
      const there = name === "excluded" ? row.excluded.split(" ")[0] : row[name];
      if (there !== value) faults.push(`${persona}: ${row.link} ${row.measure}: ${name} is ${value}, not ${there}`);
    }
    const bar = bars[place];
    const told =
      `${wanted.met} of ${wanted.counted} met${number.pending > 0 ? " so far" : ""}; ` +
      `deadline passed: ${wanted.passed}; target ${wanted.target} ${wanted.kept}; ` +
      `${wanted.pending} pending; ${wanted.excluded} excluded`;
    const width = number.rate === null ? null : (number.rate * 100).toFixed(2);
    const drawn = [`${row.term}: ${wanted.rate}, target ${wanted.target}`, told, width, `${number.targetPercent}`];
    if (JSON.stringify([bar.title, bar.desc, bar.met, bar.line]) !== JSON.stringify(drawn)) {
      faults.push(`${persona}: the bar of ${row.link} ${row.measure} is ${JSON.stringify(bar)}`);
    }
    if (JSON.stringify(bar.says) !== JSON.stringify([`${row.term} ${wanted.rate}`, told])) {
      faults.push(`${persona}: beside the bar of ${row.link} ${row.measure} stands ${bar.says}`);
    }
  }
  return rows.length;
}

const compared = await eachView({ address, tokens, folder, name: "report" }, faults, compare);
conclude(faults, `The report works: ${compared} numbers are those of the API.`);
