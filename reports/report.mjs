// Makes the report of one run, and keeps the history of its target.
//
//   node reports/report.mjs [RESULTS]        RESULTS: reports/allure-results
//
// Ends with the report's path on standard output; exit code 1 where there is no report.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const results = resolve(process.argv[2] ?? join(here, "allure-results"));
const output = join(here, "out", "allure-report");

function fail(text) {
  console.error(`report: ${text}`);
  process.exit(1);
}

function environment() {
  const file = join(results, "environment.properties");
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

// One line of garbage, as a killed job leaves it, and Allure makes no report at all.
function mend(file) {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const good = lines.filter((line) => {
    try {
      return typeof JSON.parse(line) === "object";
    } catch {
      return false;
    }
  });
  writeFileSync(`${file}.tmp`, good.map((line) => `${line}\n`).join(""));
  renameSync(`${file}.tmp`, file);
}

// The report of both pages would report to Google.
function quieten(folder) {
  const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
  for (const name of pages) {
    const file = join(folder, name);
    const page = readFileSync(file, "utf8");
    const analytics = /<script[^>]*src="https:\/\/www\.googletagmanager\.com\/[^"]*"[^>]*><\/script>\s*<script>.*?<\/script>/gs;
    writeFileSync(file, page.replace(analytics, ""));
  }
}

if (!existsSync(results) || !readdirSync(results).some((name) => name.endsWith("-result.json"))) {
  fail(`no results in ${results}; make some: pytest suites/health --alluredir=reports/allure-results`);
}
const program = join(here, "node_modules", "allure", "cli.js");
if (!existsSync(program)) fail("Allure is not installed; fix: npm ci --prefix reports");

const about = environment();
const target = about.Target ?? "no target";
const history = join(here, "history", `${target.replace(/[^A-Za-z0-9._-]+/g, "-")}.jsonl`);
mkdirSync(dirname(history), { recursive: true });
mend(history);
rmSync(output, { recursive: true, force: true });
const made = spawnSync(process.execPath, [program, "generate", "--config", join(here, "allurerc.mjs"), results], {
  cwd: here,
  env: {
    ...process.env,
    REPORT_OUTPUT: output,
    REPORT_HISTORY: history,
    REPORT_DECISION: (about.Decision ?? "").split(" ")[0],
    REPORT_TARGET: target,
  },
  encoding: "utf8",
});
if (made.status !== 0 || !existsSync(join(output, "index.html"))) {
  fail(`Allure ended with ${made.status}: ${(made.stderr || made.stdout).trim().split("\n").at(-1)}`);
}
quieten(output);
console.log(join(output, "allure2", "index.html"));
