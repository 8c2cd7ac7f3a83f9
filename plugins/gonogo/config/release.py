"""From the [release] section to what must be true of a release."""

import re
from collections.abc import Mapping

from gonogo.config.complaints import closest
from gonogo.config.places import url_fault
from gonogo.config.release_models import BackupModel, CiModel, ReleaseModel
from gonogo.core.artefact import (
    Artefact,
    Backup,
    BackupCommand,
    BackupUrl,
    Coverage,
    ScanResults,
    TestResults,
)
from gonogo.core.incident import PAGES, AlertIssues, Incidents, StatusPage
from gonogo.core.pipeline import Pipeline, RequiredCheck

_API = "https://api.github.com"
_GITLAB = "https://gitlab.com/api/v4"
_PROJECT = re.compile(r"\d+|[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


def artefacts(release: ReleaseModel | None, complaints: list[str]) -> dict[str, Artefact]:
    """Return what must have been left behind, by what it shows."""
    found: dict[str, Artefact] = {}
    if release is None:
        return found
    if (cover := release.coverage) is not None:
        rest = (cover.max_age, cover.commit, cover.drop)
        found["coverage"] = Coverage(cover.file, cover.minimum, *rest)
    if (tests := release.tests) is not None:
        found["tests"] = TestResults(tests.file, tests.max_age, tests.commit)
    if (scans := release.scans) is not None:
        found["scans"] = ScanResults(
            scans.file, scans.level, scans.most, scans.max_age, scans.commit
        )
    backup = _backup(release.backup, complaints)
    return found if backup is None else {**found, "backup": backup}


def _backup(model: BackupModel | None, found: list[str]) -> Artefact | None:
    if model is None:
        return None
    if len([each for each in (model.file, model.url, model.command) if each is not None]) != 1:
        found.append("[release.backup]: give one of file, url and command")
    if model.url is not None:
        found.extend(url_fault(model.url, "[release.backup] url"))
        headers = tuple(model.headers.items())
        return BackupUrl(model.url, model.max_age, headers, model.min_size)
    if model.command is not None:
        return BackupCommand(model.command, model.max_age, model.timeout, model.min_size)
    return Backup(model.file or "", model.max_age, model.min_size)


def checks(
    release: ReleaseModel | None, environ: Mapping[str, str], found: list[str]
) -> dict[str, RequiredCheck]:
    """Return the checks that must have succeeded; complaints are added to `found`."""
    ci = release.ci if release is not None else None
    if ci is None:
        return {}
    pipeline = (
        _gitlab(ci, environ, found) if ci.provider == "gitlab" else _github(ci, environ, found)
    )
    named = {slug(name): RequiredCheck(slug(name), name, pipeline) for name in ci.required}
    if len(named) < len(ci.required):
        found.append("[release.ci] required: two names give the same test ID; name each once")
    return named


def _github(ci: CiModel, environ: Mapping[str, str], found: list[str]) -> Pipeline:
    return Pipeline(
        repository=_repository(ci.repository, environ, "[release.ci]", found),
        api=environ.get("GITHUB_API_URL") or _API,
        wait=ci.wait,
        every=ci.every,
        token=_token(environ),
        app=ci.app,
    )


def _gitlab(ci: CiModel, environ: Mapping[str, str], found: list[str]) -> Pipeline:
    """A job's own token is sent in another header than one that a person made."""
    project = ci.repository or environ.get("CI_PROJECT_PATH") or environ.get("CI_PROJECT_ID") or ""
    if not _PROJECT.fullmatch(project):
        expected = 'expected "group/name", or set CI_PROJECT_PATH'
        found.append(f"[release.ci] repository: {expected}")
    if ci.app is not None:
        found.append("[release.ci] app: GitLab knows no apps; leave it out")
    own = environ.get("GITLAB_TOKEN")
    return Pipeline(
        repository=project,
        api=environ.get("CI_API_V4_URL") or _GITLAB,
        wait=ci.wait,
        every=ci.every,
        token=own or environ.get("CI_JOB_TOKEN"),
        provider="gitlab",
        header="PRIVATE-TOKEN" if own else "JOB-TOKEN",
    )


def incidents(
    release: ReleaseModel | None, environ: Mapping[str, str], found: list[str]
) -> dict[str, Incidents]:
    """Return where open incidents are announced; complaints are added to `found`."""
    model = release.incidents if release is not None else None
    if model is None:
        return {}
    named: dict[str, Incidents] = {}
    pages = model.pages if isinstance(model.pages, dict) else {n: PAGES.get(n) for n in model.pages}
    for name, url in pages.items():
        if url is None:
            hint = closest(name, PAGES) or f"; known: {', '.join(PAGES)}"
            found.append(f"[release.incidents] pages: no page of {name!r} is known{hint}")
        else:
            named[slug(name)] = StatusPage(slug(name), url)
    if model.issues is not None:
        repository = _repository(model.repository, environ, "[release.incidents]", found)
        api = environ.get("GITHUB_API_URL") or _API
        key = slug(model.issues)
        named[key] = AlertIssues(key, repository, model.issues, api, _token(environ))
    known = sum(url is not None for url in pages.values()) + (model.issues is not None)
    if len(named) < known or not (pages or model.issues):
        found.append("[release.incidents]: name pages or issues, each once")
    return named


def _repository(given: str | None, environ: Mapping[str, str], where: str, found: list[str]) -> str:
    repository = given or environ.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository):
        found.append(f'{where} repository: expected "owner/name", or set GITHUB_REPOSITORY')
    return repository


def _token(environ: Mapping[str, str]) -> str | None:
    return environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or None


def slug(name: str) -> str:
    """Return the test ID of a check: "Run Tests" is run-tests."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "check"
