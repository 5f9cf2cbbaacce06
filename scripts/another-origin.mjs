// Lives through a frontend's work in a page on another origin, as its browser lets it: a list and its next page, a
// task made, edited, and edited again on the old version, a document up and down, and refusals that the page reads.
// usage: node scripts/another-origin.mjs BASE_URL PAGE_PORT, with the token of a case manager in ACCESS_TOKEN. The origin
// http://127.0.0.1:PAGE_PORT must be among ASCMS_CORS_ORIGINS of the server.
//
// Fails when a call fails, when the page can not read a header that it needs, or when a page of an origin that is not
// on the list gets through.
import { createServer } from "node:http";
import { launch } from "./browser.mjs";

const [base, port] = process.argv.slice(2);
const token = process.env.ACCESS_TOKEN;
const caseId = "01990000-0000-7000-8000-000000000004";
const faults = [];

const frontend = createServer((_request, response) => {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>A frontend</title>");
});
await new Promise((listening) => frontend.listen(Number(port), "127.0.0.1", listening));

const { context, close } = await launch();

// Runs in the page. Answers what went wrong, in words.
async function work({ base, token, caseId }) {
  const faults = [];
  const expect = (holds, what) => holds || faults.push(what);
  const trace = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  async function call(method, path, { body, headers = {} } = {}) {
    const all = { authorization: `Bearer ${token}`, "accept-language": "mi", traceparent: `00-${trace}`, ...headers };
    try {
      const response = await fetch(base + path, { method, body, headers: all });
      const json = (response.headers.get("content-type") ?? "").includes("json");
      return { status: response.status, headers: response.headers, body: json ? await response.json() : null, response };
    } catch (error) {
      faults.push(`${method} ${path}: the browser refused it (${error.message})`);
      return { status: 0, headers: new Headers(), body: null, response: null };
    }
  }
  const json = (value, type = "application/json") => ({ body: JSON.stringify(value), headers: { "content-type": type } });

  const first = await call("GET", "/v1/cases?limit=2&includeTotal=true");
  expect(first.status === 200 && first.body?.items.length === 2, `list: ${first.status}`);
  const next = /<([^>]+)>; *rel="next"/.exec(first.headers.get("link") ?? "")?.[1];
  expect(next !== undefined, "the page can not read Link");
  const second = next && (await call("GET", next.startsWith("http") ? next.slice(base.length) : next));
  expect(second?.status === 200, `next page: ${second?.status}`);
  expect(second?.body?.items.every((one) => first.body.items.every((other) => other.id !== one.id)), "a page repeats");
  for (const name of ["request-id", "ratelimit", "ratelimit-policy"]) {
    expect(first.headers.get(name), `the page can not read ${name}`);
  }

  const headers = { "idempotency-key": `page-${Date.now()}`, tracestate: "a=1", baggage: "b=2", "request-id": "mine" };
  const task = json({ title: "Ring the school", dueInBusinessDays: 5 });
  const made = await call("POST", `/v1/cases/${caseId}/tasks`, { ...task, headers: { ...task.headers, ...headers } });
  expect(made.status === 201 && made.headers.get("location"), `make a task: ${made.status}`);
  const place = `/v1/cases/${caseId}/tasks/${made.body?.id}`;
  const read = await call("GET", place);
  const etag = read.headers.get("etag");
  expect(etag, "the page can not read ETag");
  const edit = (title) => {
    const { body, headers } = json({ title }, "application/merge-patch+json");
    return call("PATCH", place, { body, headers: { ...headers, "if-match": etag ?? "" } });
  };
  const edited = await edit("Ring the dean");
  expect(edited.status === 200 && edited.body?.title === "Ring the dean", `edit: ${edited.status}`);
  const late = await edit("Ring the office");
  expect(late.status === 412 && late.body?.code === "stale", `edit of an old version: ${late.status} ${late.body?.code}`);
  const same = await call("GET", place, { headers: { "if-none-match": edited.headers.get("etag") ?? "" } });
  expect(same.status === 304 || same.status === 200, `read again: ${same.status}`);

  const form = new FormData();
  form.append("file", new Blob(["Tēnā koe\n"], { type: "text/plain" }), "letter.txt");
  form.append("visibility", "shared");
  const sent = await call("POST", `/v1/cases/${caseId}/documents`, { body: form });
  expect(sent.status === 201, `upload: ${sent.status} ${JSON.stringify(sent.body)}`);
  const content = `/v1/cases/${caseId}/documents/${sent.body?.id}/content`;
  const got = await call("GET", content, { headers: { range: "bytes=0-3" } });
  expect(got.status === 206 && got.headers.get("content-range"), `a part of the document: ${got.status}`);
  expect(got.headers.get("content-disposition")?.includes("letter.txt"), "the page can not read the file's name");
  const whole = await call("GET", content);
  expect((await whole.response?.text()) === "Tēnā koe\n", "the document came back another one");
  const head = await call("HEAD", content);
  expect(head.status === 200, `HEAD: ${head.status}`);

  for (const [method, path, status, code, options] of [
    ["GET", "/v1/cases?limt=2", 422, "invalid_query"],
    ["GET", "/v1/cases?limit=two", 422, "invalid_query"],
    ["GET", "/v1/nowhere?x=1", 404, "not_found"],
    ["GET", "/v1/cases", 401, "unauthenticated", { headers: { authorization: "Bearer none" } }],
    ["POST", `/v1/cases/${caseId}/tasks`, 422, "invalid_body", json({ titel: "x" })],
    ["POST", `/v1/cases/${caseId}/tasks?validateOnly=perhaps`, 422, "invalid_query", json({ title: "x", dueInBusinessDays: 1 })],
  ]) {
    const refused = await call(method, path, options);
    const told = `${refused.status} ${refused.body?.code}`;
    expect(told === `${status} ${code}`, `${method} ${path}: ${told}`);
  }
  return faults;
}

// In a page that nobody let in: the browser must hold back every answer.
async function intrude({ base, token }) {
  const faults = [];
  for (const [path, headers] of [["/v1/cases?limit=2", { authorization: `Bearer ${token}` }], ["/v1/cases", {}], ["/problems", {}]]) {
    try {
      const response = await fetch(base + path, { headers });
      faults.push(`a page of another origin read ${path}: ${response.status}`);
    } catch {
      // Held back, as it should be.
    }
  }
  return faults;
}

try {
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(20_000);
  await page.goto(`http://127.0.0.1:${port}/`);
  faults.push(...(await page.evaluate(work, { base, token, caseId })));
  await page.goto(`http://localhost:${port}/`);
  faults.push(...(await page.evaluate(intrude, { base, token })));
} catch (error) {
  faults.push(error.message);
} finally {
  await close();
  frontend.close();
}

for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? "A page on another origin can do its work, and a stranger's can not." : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
