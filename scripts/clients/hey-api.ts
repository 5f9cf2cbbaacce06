// The client of @hey-api/openapi-ts.

import { type CaseView, type LogContact, type PauseView, type Problem, getCase, logContact } from "./client";
import { client } from "./client/client.gen";
import { API, CASE, LATER_CODE, NO_CASE, OUTDATED_CONTACT, OUTDATED_MEMBERS, TOKEN, pointers, run, same } from "./shared";

run(async () => {
  client.setConfig({ baseUrl: API, auth: TOKEN });

  const read = await getCase({ path: { id: CASE } });
  const view: CaseView | undefined = read.data;
  const pause: PauseView | null | undefined = view?.pause;
  same("pause", pause, null);

  const absent = await getCase({ path: { id: NO_CASE } });
  const code: Problem["code"] = LATER_CODE;
  same("status", absent.error?.status, 404);
  same("code", absent.error?.code, code);

  const refused = await logContact({ path: { id: CASE }, body: OUTDATED_CONTACT as LogContact });
  same("members", pointers(refused.error?.errors ?? []), OUTDATED_MEMBERS);
});
