// Opens the page of contract years as a person would: of all contracts, and of each of them.
// usage: node scripts/contract-years-page.mjs BASE_URL FOLDER, with the tokens in ACCESS_TOKENS ({"persona": "token"})
//
// Fails on whatever page-views.mjs finds, on a contract without its page, and on a month of a fund, a review, a payment
// or a duty that is not the one of the API. Leaves pictures in FOLDER.
import { conclude, eachView } from "./page-views.mjs";

const [base, folder] = process.argv.slice(2);
const tokens = JSON.parse(process.env.ACCESS_TOKENS);
const faults = [];

const json = async (path, token) => {
  const answer = await fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) faults.push(`${path} answered ${answer.status}`);
  return answer.json();
};

const values = (page, name) =>
  page.evaluate((name) => [...document.querySelectorAll(`[data-${name}]`)].map((one) => one.dataset[name]), name);

function same(what, shown, wanted) {
  if (JSON.stringify(shown) !== JSON.stringify(wanted)) faults.push(`${what}: ${shown} is shown, not ${wanted}`);
}

const links = new Map();
let compared = await eachView(
  { address: `${base}/reports/contract-years`, tokens, folder, name: "contract-years" },
  faults,
  async (persona, token, page) => {
    const shown = await values(page, "contract");
    if (shown.length === 0) faults.push(`${persona}: the page shows no contract`);
    const listed = await json("/v1/contracts?limit=200", token);
    const known = new Set(listed.items.map((one) => one.id));
    for (const id of shown) if (!known.has(id)) faults.push(`${persona}: ${id} is no contract`);
    const first = await page.getAttribute("tr[data-contract] a", "href");
    links.set(persona, first);
    return shown.length;
  },
);

for (const [persona, link] of links) {
  const { searchParams } = new URL(link, base);
  const [year, contract] = [searchParams.get("year"), searchParams.get("contract")];
  compared += await eachView(
    { address: base + link, tokens: { [persona]: tokens[persona] }, folder, name: "contract-year" },
    faults,
    async (_, token, page) => {
      const due = `dueFrom=${year}-01-01&dueTo=${year}-12-31&limit=200`;
      const duties = await json(`/v1/obligations?contractId=${contract}&${due}`, token);
      same(`${persona}: duties`, await values(page, "duty"), duties.items.map((one) => one.id));
      const funds = await json(`/v1/funds?contractId=${contract}&year=${year}`, token);
      const months = Array(12).fill(0);
      for (const fund of funds.items) {
        const report = await json(`/v1/funds/${fund.id}/report`, token);
        for (const one of report.byMonth) months[one.month - 1] = one.spent.cents;
      }
      const cents = (await values(page, "cents")).map(Number);
      same(`${persona}: months`, cents, funds.items.length === 0 ? [] : months);
      const found = await json(`/v1/performance-reviews?contractId=${contract}&contractYear=${year}&limit=200`, token);
      const reviews = found.items.sort((one, other) => (one.term < other.term ? -1 : 1));
      same(`${persona}: reviews`, await values(page, "review"), reviews.map((one) => one.id));
      const decisions = reviews.flatMap((one) => one.withholdingDecisions.slice(0, 1));
      same(`${persona}: payments`, (await values(page, "payment")).map(Number), decisions.map((one) => one.amountCents));
      return duties.items.length + cents.length + reviews.length;
    },
  );
}
conclude(faults, `The page of contract years works: ${compared} values are those of the API.`);
