"""From the [release] section to what must be true of a release."""

import re
from collections.abc import Mapping

from gonogo.config.models import ReleaseModel
from gonogo.core.artefact import Artefact, Backup, Coverage, ScanResults, TestResults
from gonogo.core.pipeline import Pipeline, RequiredCheck

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


def artefacts(release: ReleaseModel | None) -> dict[str, Artefact]:
    """Return the files that must be there, by what they show."""
    found: dict[str, Artefact] = {}
    if release is None:
        return found
    if (coverage := release.coverage) is not None:
        found["coverage"] = Coverage(coverage.file, coverage.minimum, coverage.max_age)
    if (tests := release.tests) is not None:
        found["tests"] = TestResults(tests.file, tests.max_age)
    if (scans := release.scans) is not None:
        found["scans"] = ScanResults(scans.file, scans.level, scans.most, scans.max_age)
    if (backup := release.backup) is not None:
        found["backup"] = Backup(backup.file, backup.max_age)
    return found


def checks(
    release: ReleaseModel | None, environ: Mapping[str, str], found: list[str]
) -> dict[str, RequiredCheck]:
    """Return the checks that must have succeeded; complaints are added to `found`."""
    ci = release.ci if release is not None else None
    if ci is None:
        return {}
    repository = ci.repository or environ.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository):
        found.append('[release.ci] repository: expected "owner/name", or set GITHUB_REPOSITORY')
    pipeline = Pipeline(
        repository=repository,
        api=environ.get("GITHUB_API_URL") or "https://api.github.com",
        wait=ci.wait,
        every=ci.every,
        token=environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or None,
    )
    return {slug(name): RequiredCheck(slug(name), name, pipeline) for name in ci.required}


def slug(name: str) -> str:
    """Return the test ID of a check: "Run Tests" is run-tests."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "check"
