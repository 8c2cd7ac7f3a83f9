"""Commits, as people and programs write them: whole or abbreviated."""

_HEX = frozenset("0123456789abcdef")
_LEAST = 7
# where a CI or a host names the commit, or the deployment, of its job: the first that is set counts
COMMIT_VARIABLES = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "RAILWAY_GIT_COMMIT_SHA",
    "RENDER_GIT_COMMIT",
    "CIRCLE_SHA1",
    "VERCEL_GIT_COMMIT_SHA",
    "BITBUCKET_COMMIT",
    "BUILDKITE_COMMIT",
    "BUILD_SOURCEVERSION",  # Azure Pipelines
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "CF_PAGES_COMMIT_SHA",
    "HEROKU_BUILD_COMMIT",
    "HEROKU_SLUG_COMMIT",
    "DRONE_COMMIT_SHA",
    "TRAVIS_COMMIT",
    "GIT_COMMIT",  # Jenkins
)
DEPLOYMENT_VARIABLES = ("RAILWAY_DEPLOYMENT_ID", "RENDER_DEPLOY_ID", "VERCEL_DEPLOYMENT_ID")


def same_commit(served: str, expected: str) -> bool:
    """Compare two commits; either may be abbreviated to seven characters or more."""
    a, b = served.strip().lower(), expected.strip().lower()
    if min(len(a), len(b)) >= _LEAST and is_hex(a + b):
        return a.startswith(b) or b.startswith(a)
    return bool(a) and a == b


def short(commit: str) -> str:
    """Abbreviate a commit; any other text is cut to a length that fits in a line."""
    text = commit.strip()
    return text[:_LEAST] if is_commit(text) else text[:40]


def is_commit(text: str) -> bool:
    """Tell whether this can be a commit at all."""
    return _LEAST <= len(text) <= 64 and is_hex(text.lower())


def is_hex(text: str) -> bool:
    """Tell whether these are hexadecimal digits, in lower case."""
    return _HEX.issuperset(text)
