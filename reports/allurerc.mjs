// How the report looks. REPORT_* come from report.mjs, which reads them from the results.
const { REPORT_OUTPUT, REPORT_HISTORY, REPORT_DECISION = "", REPORT_BEFORE = "", REPORT_TARGET = "" } = process.env;

const COLOURS = { GO: "2e7d32", BLOCK: "6a1b9a", ROLLBACK: "c62828", HOLD: "ef6c00", INCONCLUSIVE: "546e7a" };

function logo() {
  const colour = COLOURS[REPORT_DECISION] ?? COLOURS.INCONCLUSIVE;
  const letter = REPORT_DECISION.slice(0, 1) || "?";
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">` +
    `<rect width="64" height="64" rx="12" fill="#${colour}"/>` +
    `<text x="32" y="44" font-size="34" text-anchor="middle" fill="white" font-family="sans-serif">${letter}</text></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

// What has changed since the run before is what somebody on call wants to know first.
const changed = REPORT_BEFORE && REPORT_BEFORE !== REPORT_DECISION ? `, before: ${REPORT_BEFORE}` : "";
const name = `${REPORT_DECISION || "no decision"}${changed} - ${REPORT_TARGET}`;

export default {
  name,
  output: REPORT_OUTPUT,
  historyPath: REPORT_HISTORY,
  historyLimit: 100,
  hideLabels: ["host", "thread", "package", "language", "framework"],
  categories: {
    rules: [
      { name: "The decision", matchers: { labels: { layer: "decision" }, statuses: ["failed", "broken"] }, expand: true },
      { name: "Blocked by level 1", matchers: { statuses: ["broken"], message: /not run, because level 1/ } },
      { name: "Evidence against", matchers: { statuses: ["failed"] } },
      { name: "No evidence", matchers: { statuses: ["broken", "skipped"] } },
      { name: "Degraded", matchers: { statuses: ["passed"], labels: { tag: "degraded" } } },
    ],
  },
  plugins: {
    // The first page to open: its banner shows the decision.
    allure2: { options: { singleFile: true, reportName: name } },
    // The one to dig in: every attempt, every attachment.
    awesome: {
      options: { singleFile: true, theme: "auto", reportLanguage: "en", groupBy: ["epic", "feature", "story"], logo: logo() },
    },
  },
};
