// Stands in for cmd.exe and az.cmd: refuses what cmd would act on outside quotes (az.cmd hands its arguments on between
// parentheses), reads the command line as a Windows program does, and runs the stand-in az with it.
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const [d, s, c, quoted = ""] = process.argv.slice(2);
const line = quoted.slice(1, -1);
let inQuotes = false;
const actedOn = [...line].filter((character) => {
  if (character === '"') inQuotes = !inQuotes;
  return character === "%" || (!inQuotes && "&|<>^()".includes(character));
});
if ([d, s, c].join(" ") !== "/d /s /c" || inQuotes || actedOn.length > 0) {
  process.stderr.write(`cmd would not hand this on as it is: ${line}\n`);
  process.exit(97);
}
const [program, ...args] = [...line.matchAll(/(?:"(?:\\"|[^"])*"|\\"|[^\s"])+/g)].map(([word]) =>
  word.replace(/\\"|"/g, (found) => (found === '"' ? "" : '"')),
);
const ran = spawnSync(path.join(__dirname, program), args, { stdio: "inherit" });
process.exit(ran.status ?? 96);
