// Reads a Power Query file with the parser of its makers: there is nothing else that runs outside Windows.
// usage: node scripts/power-query.mjs FILE
import { readFileSync } from "node:fs";
import { DefaultSettings, ResultKind, TaskUtils } from "@microsoft/powerquery-parser";

const task = await TaskUtils.tryLexParse(DefaultSettings, readFileSync(process.argv[2], "utf8"));
const well = task.resultKind === ResultKind.Ok;
console.log(well ? "The file can be read." : task.error.message);
process.exitCode = well ? 0 : 1;
