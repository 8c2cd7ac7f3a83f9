"""Where open incidents are announced."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StatusPage:
    """A page with Statuspage's API, of a provider that the deployment needs."""

    slug: str
    url: str


@dataclass(frozen=True, slots=True)
class AlertIssues:
    """Open issues with a label, in a GitHub repository."""

    slug: str
    repository: str
    label: str
    api: str
    token: str | None = field(default=None, repr=False)


Incidents = StatusPage | AlertIssues
PAGES = {
    "github": "https://www.githubstatus.com",
    "cloudflare": "https://www.cloudflarestatus.com",
    "circleci": "https://status.circleci.com",
    "render": "https://status.render.com",
}
