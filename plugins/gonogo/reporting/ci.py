"""The run of the CI that this is: GitHub, GitLab and CircleCI say where it is."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_GITHUB = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"
_KNOWN = (
    ("GITHUB_RUN_ID", "GitHub Actions", "github", _GITHUB, "GITHUB_RUN_NUMBER"),
    ("CI_JOB_URL", "GitLab CI", "gitlab", "{CI_JOB_URL}", "CI_PIPELINE_IID"),
    ("CIRCLE_BUILD_URL", "CircleCI", "circleci", "{CIRCLE_BUILD_URL}", "CIRCLE_BUILD_NUM"),
)


def run_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return name, type, buildName, buildUrl and buildOrder, as Allure calls them; or nothing."""
    for present, name, kind, page, counter in _KNOWN:
        if environ.get(present):
            number = environ.get(counter, "")
            order = {"buildOrder": int(number)} if number.isdecimal() else {}
            url = page.format_map(defaultdict(str, environ))
            return {"name": name, "type": kind, "buildName": f"#{number}", "buildUrl": url, **order}
    return {}
