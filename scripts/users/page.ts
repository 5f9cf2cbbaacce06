// A case manager's page, on an origin of its own and on the client of @hey-api/openapi-ts: cases, a task, a colleague's
// change of that task, a file and a chart. `scripts/contract` copies it beside the client.

import { addTask, getCase, getMeasures, getTask, listCases, listTasks, updateTask, uploadDocument, type Problem } from "./client";
import { client } from "./client/client.gen";

const settings = new URLSearchParams(location.hash.slice(1));
client.setConfig({ baseUrl: settings.get("api") ?? "", auth: settings.get("token") ?? "" });

function place<T extends Element = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

function say(selector: string, text: string): void {
  place(selector).textContent = text;
}

/** Does something when a button is pressed; a refusal is read by the person. */
function onPress(button: HTMLElement, work: () => Promise<void>): void {
  button.onclick = () => {
    say("#refusal", "");
    work().catch((refused: unknown) => say("#refusal", (refused as Problem).title ?? String(refused)));
  };
}

function button(label: string, work: () => Promise<void>): HTMLElement {
  const made = document.createElement("button");
  made.textContent = label;
  onPress(made, work);
  return made;
}

interface Outcome<T> {
  data?: T;
  error?: Problem;
  response?: Response;
}

/** The record with its `ETag`; a refusal is thrown. */
async function answered<T>(call: Promise<Outcome<T>>): Promise<{ data: T; etag: string }> {
  const { data, error, response } = await call;
  if (data === undefined) throw error;
  return { data, etag: response?.headers.get("etag") ?? "" };
}

let openCase = "";
let openTask = { id: "", etag: "" };

async function showCases(cursor?: string): Promise<void> {
  const { data } = await answered(listCases({ query: { limit: 2, cursor } }));
  for (const { id, number, status } of data.items) {
    place("#cases").append(button(`${number} ${status}`, () => showCase(id)));
  }
  const next = data.nextCursor;
  place("#more").hidden = next === null;
  if (next !== null) onPress(place("#more"), () => showCases(next));
}

async function showCase(id: string): Promise<void> {
  const { data } = await answered(getCase({ path: { id } }));
  openCase = id;
  await showTasks();
  say("#case", `${data.number} ${data.status}`);
}

async function showTasks(): Promise<void> {
  const { data } = await answered(listTasks({ path: { id: openCase }, query: { limit: 200 } }));
  place("#tasks").replaceChildren(...data.items.map(({ id, title }) => button(title, () => showTask(id))));
}

async function planTask(): Promise<void> {
  const body = { title: place<HTMLInputElement>("#new-task").value, dueInBusinessDays: 5 };
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  await answered(addTask({ path: { id: openCase }, body, headers }));
  await showTasks();
}

async function showTask(taskId: string): Promise<void> {
  const { data, etag } = await answered(getTask({ path: { id: openCase, taskId } }));
  openTask = { id: taskId, etag };
  place<HTMLInputElement>("#title").value = data.title;
}

async function saveTask(): Promise<void> {
  const path = { id: openCase, taskId: openTask.id };
  const body = { title: place<HTMLInputElement>("#title").value };
  say("#saved", "");
  try {
    const { data, etag } = await answered(updateTask({ path, body, headers: { "If-Match": openTask.etag } }));
    openTask.etag = etag;
    place("#keep").hidden = true;
    place("#conflicts").replaceChildren();
    say("#saved", data.title);
  } catch (refused) {
    showConflicts(refused as Problem);
  }
}

/** A colleague was faster: both values are shown, and the person decides. */
function showConflicts(problem: Problem): void {
  if (problem.code !== "stale") throw problem;
  const lines = problem.conflicts.map(({ pointer, yours, theirs }) => {
    const line = document.createElement("li");
    line.textContent = `${pointer}: yours is ${yours}, theirs is ${theirs}`;
    return line;
  });
  place("#conflicts").replaceChildren(...lines);
  place("#keep").hidden = false;
}

async function keepMine(): Promise<void> {
  const path = { id: openCase, taskId: openTask.id };
  openTask.etag = (await answered(getTask({ path }))).etag;
  await saveTask();
}

async function sendFile(): Promise<void> {
  const file = place<HTMLInputElement>("#file").files?.[0];
  if (file === undefined) return;
  const { data } = await answered(uploadDocument({ path: { id: openCase }, body: { file, visibility: "shared" } }));
  say("#document", `${data.name} ${data.state}`);
}

async function drawChart(): Promise<void> {
  const { data } = await answered(getMeasures({ query: { level: "provider", term: "2026-T1", includeEmpty: true } }));
  const numbers = data.items[0]?.numbers ?? [];
  const bars = numbers.map(({ pending, rate, deadlinePassed }, at) => {
    const share = (pending > 0 ? deadlinePassed.rate : rate) ?? 0;
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const [width, height] = [100 / numbers.length, 40 * share];
    const shape = { x: at * width, y: 40 - height, width: width * 0.8, height };
    for (const [name, value] of Object.entries(shape)) bar.setAttribute(name, `${value}`);
    return bar;
  });
  place("#chart").replaceChildren(...bars);
}

onPress(place("#plan"), planTask);
onPress(place("#save"), saveTask);
onPress(place("#keep"), keepMine);
onPress(place("#draw"), drawChart);
place("#file").onchange = () => void sendFile().catch((refused: Problem) => say("#refusal", refused.title));
void showCases().catch((refused: Problem) => say("#refusal", refused.title));
