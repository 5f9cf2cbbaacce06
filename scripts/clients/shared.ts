// What the tests of the generated TypeScript clients have in common. `scripts/contract` copies it beside each client.

declare const process: { env: Record<string, string | undefined>; exitCode?: number };

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** A server of a later release: its problems have codes that no client of this document knows. */
export const API = setting("API");
export const TOKEN = setting("ACCESS_TOKEN");

/** A case that is not paused, so that its member `pause` is null. */
export const CASE = setting("CASE_ID");
export const NO_CASE = "01990000-0000-7000-8000-ffffffffffff";

/** The code that every problem of that server has. */
export const LATER_CODE: string = "code_of_a_later_release";

/** A contact from a program that was made for another document: a value that is no more, a member
 * with a capital letter, and one that is unknown. */
export const OUTDATED_CONTACT: unknown = {
  party: "caregiver",
  Channel: "phone",
  outcome: "reached",
  occurredAt: "2026-03-04T01:00:00Z",
  colour: "blue",
};

/** The members that its refusal names. */
export const OUTDATED_MEMBERS = ["/Channel", "/channel", "/colour", "/party"];

export function pointers(errors: Array<{ pointer: string | null }>): Array<string | null> {
  return errors.map((fault) => fault.pointer).sort();
}

export function same(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left} instead of ${right}`);
}

/** Runs a test; whatever it throws is its failure. */
export function run(test: () => Promise<void>): void {
  test().catch((fault: unknown) => {
    console.error(fault);
    process.exitCode = 1;
  });
}
