// The client of orval, in its form for `fetch`. Its addresses have no host, as a page of the same origin needs them.

import { type LogContact, type PauseView, type Problem, getCase, logContact } from "./client/api";
import { API, CASE, LATER_CODE, NO_CASE, OUTDATED_CONTACT, OUTDATED_MEMBERS, TOKEN, pointers, run, same } from "./shared";

const fetchAnywhere = globalThis.fetch;
globalThis.fetch = (address, options) => fetchAnywhere(new URL(String(address), API), options);

run(async () => {
  const options = { headers: { Authorization: `Bearer ${TOKEN}` } };

  const read = await getCase(CASE, options);
  if (read.status !== 200) throw new Error(`status ${read.status}`);
  const pause: PauseView | null = read.data.pause;
  same("pause", pause, null);

  const absent = await getCase(NO_CASE, options);
  if (absent.status !== 404) throw new Error(`status ${absent.status}`);
  const code: Problem["code"] = LATER_CODE;
  same("status", absent.data.status, 404);
  same("code", absent.data.code, code);

  const json = { headers: { ...options.headers, "Content-Type": "application/json" } };
  const refused = await logContact(CASE, OUTDATED_CONTACT as LogContact, undefined, json);
  if (refused.status !== 422) throw new Error(`status ${refused.status}`);
  same("members", pointers(refused.data.errors), OUTDATED_MEMBERS);
});
