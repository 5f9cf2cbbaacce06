// The client of openapi-generator, `typescript-fetch`. It sends the members that it knows, and no other.

import { CasesApi, Configuration, LogContactFromJSON, type PauseView, type Problem, ProblemFromJSON, ResponseError } from "./client";
import { API, CASE, LATER_CODE, NO_CASE, OUTDATED_CONTACT, TOKEN, pointers, run, same } from "./shared";

/** The problem that a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<Problem> {
  const fault: unknown = await call.then(() => null, (reason: unknown) => reason);
  if (!(fault instanceof ResponseError)) throw fault ?? new Error("it is not refused");
  return ProblemFromJSON(await fault.response.json());
}

run(async () => {
  const cases = new CasesApi(new Configuration({ basePath: API, accessToken: TOKEN }));

  const view = await cases.getCase({ id: CASE });
  const pause: PauseView | null = view.pause;
  same("pause", pause, null);
  same("a date is a date", view.openedAt instanceof Date, true);

  const absent = await refusal(cases.getCase({ id: NO_CASE }));
  const code: Problem["code"] = LATER_CODE;
  same("status", absent.status, 404);
  same("code", absent.code, code);

  const refused = await refusal(cases.logContact({ id: CASE, logContact: LogContactFromJSON(OUTDATED_CONTACT) }));
  same("members", pointers(refused.errors), ["/channel", "/party"]);
});
