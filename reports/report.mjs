// Makes the report of one run, and keeps the history of its target.
//
//   node reports/report.mjs [RESULTS]        RESULTS: reports/allure-results
//
// Ends with the report's path on standard output; exit code 1 where there is no report.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const results = resolve(process.argv[2] ?? join(here, "allure-results"));
const output = join(here, "out", "allure-report");

const LIMIT = 100; // runs of a target that are kept
const PATIENCE_MS = Number(process.env.REPORT_PATIENCE_MS ?? 10_000); // with another job
const STALE_MS = 60_000; // a lock that a killed job has left

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

const isTable = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// One line of garbage, as a killed job leaves it, and Allure makes no report at all.
function isPoint(line) {
  try {
    const point = JSON.parse(line);
    return (
      isTable(point) &&
      typeof point.uuid === "string" &&
      Number.isFinite(point.timestamp) &&
      isTable(point.testResults) &&
      Object.values(point.testResults).every((result) => isTable(result) && typeof result.status === "string")
    );
  } catch {
    return false;
  }
}

function goodLines(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  const good = lines.filter(isPoint);
  if (good.length < lines.length) {
    console.error(`report: ${lines.length - good.length} lines of ${basename(file)} cannot be read and are left out`);
  }
  return good.slice(-LIMIT);
}

// A reader sees the old history or the new one.
function replace(file, lines) {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, lines.map((line) => `${line}\n`).join(""));
  renameSync(unfinished, file);
}

// Two jobs may end at the same time: what they share is changed by one after the other.
function alone(lock, act) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > STALE_MS) rmSync(lock, { recursive: true, force: true });
      else if (Date.now() > until) throw new Error(`${basename(lock)} is held by another job`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
  try {
    return act();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
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
mkdirSync(dirname(output), { recursive: true });

// Allure works on a copy, in a folder of its own: what it breaks off must not be what is kept.
const work = `${output}.${process.pid}`;
const copy = `${work}.jsonl`;
process.on("exit", () => [work, copy].forEach((name) => rmSync(name, { recursive: true, force: true })));

function generate(lines) {
  replace(copy, lines);
  rmSync(work, { recursive: true, force: true });
  const made = spawnSync(process.execPath, [program, "generate", "--config", join(here, "allurerc.mjs"), results], {
    cwd: here,
    env: {
      ...process.env,
      REPORT_OUTPUT: work,
      REPORT_HISTORY: copy,
      REPORT_DECISION: decision,
      REPORT_BEFORE: decisionOf(lines.at(-1)),
      REPORT_TARGET: target,
    },
    encoding: "utf8",
  });
  return { ...made, good: made.status === 0 && existsSync(join(work, "index.html")) };
}

// The result of the decision is one of the results of a run.
function decisionOf(line = "{}") {
  const results = Object.values(JSON.parse(line).testResults ?? {});
  const found = results.find((each) => String(each.fullName).endsWith("#decision"));
  return /^DECISION: ([A-Z]+)/.exec(found?.name ?? "")?.[1] ?? "";
}

const decision = (about.Decision ?? "").split(" ")[0];
const known = goodLines(history);
let made = generate(known);
if (!made.good && known.length) {
  console.error("report: Allure cannot read the history; this report is made without it");
  made = generate([]);
}
if (!made.good) fail(`Allure ended with ${made.status}: ${(made.stderr || made.stdout).trim().split("\n").at(-1)}`);
quieten(work);
try {
  const mine = goodLines(copy).at(-1);
  alone(`${history}.lock`, () => replace(history, [...goodLines(history), mine].filter(Boolean).slice(-LIMIT)));
} catch (error) {
  console.error(`report: this run is not in the history: ${error.message}`);
}
alone(`${output}.lock`, () => {
  rmSync(output, { recursive: true, force: true });
  renameSync(work, output);
});
console.log(join(output, "allure2", "index.html"));
