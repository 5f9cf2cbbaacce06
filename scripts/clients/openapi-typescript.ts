// The types of openapi-typescript, with the client that its makers publish beside it.

import createClient from "openapi-fetch";

import type { components, paths } from "./client/api";
import { API, CASE, LATER_CODE, NO_CASE, OUTDATED_CONTACT, OUTDATED_MEMBERS, TOKEN, pointers, run, same } from "./shared";

type Schemas = components["schemas"];

run(async () => {
  const client = createClient<paths>({ baseUrl: API, headers: { Authorization: `Bearer ${TOKEN}` } });

  const read = await client.GET("/v1/cases/{id}", { params: { path: { id: CASE } } });
  const pause: Schemas["PauseView"] | null | undefined = read.data?.pause;
  same("pause", pause, null);

  const absent = await client.GET("/v1/cases/{id}", { params: { path: { id: NO_CASE } } });
  const code: Schemas["Problem"]["code"] = LATER_CODE;
  same("status", absent.error?.status, 404);
  same("code", absent.error?.code, code);

  const body = OUTDATED_CONTACT as Schemas["LogContact"];
  const refused = await client.POST("/v1/cases/{id}/contacts", { params: { path: { id: CASE } }, body });
  same("members", pointers(refused.error?.errors ?? []), OUTDATED_MEMBERS);
});
