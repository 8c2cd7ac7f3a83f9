"""A whole release of the shop, on this machine: staging is verified, then production is asked for.

    python examples/release/rehearse.py            GO
    python examples/release/rehearse.py --list     what can be broken
    python examples/release/rehearse.py ci         broken on purpose: BLOCK

What is outside stands in on loopback (tests/doubles): GitHub, Railway, a status page. PostgreSQL
and the application, the demo, are real. Needs the test extra. Ends with the gate's exit code.
"""

import argparse
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from pytest_httpserver import HTTPServer  # noqa: E402 - after the path
from tests.doubles import railway  # noqa: E402
from tests.doubles.github import COMMIT, REPOSITORY, GitHub, run_of  # noqa: E402
from tests.doubles.railway import Railway  # noqa: E402
from tests.doubles.statuspage import StatusPage  # noqa: E402
from tests.servers import demo, postgres  # noqa: E402

PHRASE = "deploy-to-production"
STAGING_SECRET = "4f1d9a7c3be8025664d7c01b9e3f58a2" * 2
SECRET = "c09e5b1f7a2d864380f3ad6e91b7c25d" + "7e14c8a05f92db36e86b0f43d1a97c52"
LIVE = "sk_live_" + "51H7pQ2sVt9XkZr4Wn8LbYc6"
TEST = "sk_test_" + "51H7pQ2sVt9XkZr4Wn8LbYc6"


@dataclass
class World:
    """The folder, what is outside of it, and what the operator gives."""

    folder: Path
    github: GitHub
    railway: Railway
    page: StatusPage
    environ: dict[str, str]
    options: list[str] = field(default_factory=lambda: ["--gonogo-confirm", PHRASE])

    @property
    def values(self) -> dict[str, str]:
        """The values that production will start with."""
        return self.railway.values[railway.PRODUCTION]

    def write(self, name: str, text: str) -> None:
        """Write a file below the folder."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def pytest(self, *arguments: str, target: str) -> int:
        """Run the gate and return its exit code."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        given = ["--gonogo-target", target, "--gonogo-commit", COMMIT]
        done = subprocess.run(
            [*command, *given], cwd=self.folder, env=self.environ, check=False, timeout=120
        )
        return done.returncode


def _drop_column(world: World) -> None:
    text = (HERE / "migrations/versions/0002_email.py").read_text()
    text = text.replace(
        'add_column("orders", sa.Column("email", sa.String(200), nullable=True))',
        'drop_column("orders", "note")',
    )
    world.write("migrations/versions/0002_email.py", text.replace("rollback_compatible = True", ""))
    file = world.folder / "gonogo.toml"
    file.write_text(
        file.read_text().replace('"migrations" }', '"migrations", destructive = "block" }')
    )


BREAKS: dict[str, Callable[[World], object]] = {
    "approval": lambda world: world.options.clear(),
    "artefacts": lambda world: world.write("build/coverage.xml", _coverage("0.71")),
    "backup": lambda world: os.utime(world.folder / "build" / "shop.dump", (0, 0)),
    "ci": lambda world: world.github.runs.append(run_of("Run Tests", "cancelled", suite=2)),
    "ci-missing": lambda world: world.github.runs.pop(1),
    "database": lambda world: world.values.update(DATABASE_URL=world.environ["STAGING_DATABASE"]),
    "group": lambda world: world.values.pop("SMTP_PASSWORD"),
    "heads": lambda world: world.write(
        "migrations/versions/0003_other.py",
        'revision = "0003"\ndown_revision = "0001"\ndef upgrade(): pass\ndef downgrade(): pass\n',
    ),
    "incident": lambda world: setattr(world.page, "indicator", "major"),
    "issue": lambda world: world.github.issues.append(
        {"number": 7, "title": "paging", "labels": ["deployment-alert"]}
    ),
    "migration": _drop_column,
    "missing": lambda world: world.values.pop("SENTRY_DSN"),
    "mode": lambda world: world.values.update(STRIPE_SECRET_KEY=TEST),
    "path": lambda world: world.page.components.update(
        Actions="major_outage", Railway="major_outage"
    ),
    "scan": lambda world: world.write("build/scan.sarif", _sarif("error")),
    "secret": lambda world: world.values.update(JWT_SECRET=STAGING_SECRET),
    "settings": lambda world: world.values.update(WORKERS="32"),
    "tests": lambda world: world.write("build/junit.xml", _junit(failures=1)),
    "undeclared": lambda world: world.values.update(LEFT_OVER="1"),
}


def _now() -> datetime:
    return datetime.now(UTC)


def _coverage(rate: str) -> str:
    stamp = int(_now().timestamp() * 1000)
    lines = (
        f'<coverage line-rate="{rate}" lines-valid="100" lines-covered="{float(rate) * 100:.0f}"'
    )
    return f'<?xml version="1.0"?>\n{lines} timestamp="{stamp}"/>\n'


def _junit(failures: int = 0) -> str:
    case = "<failure/>" if failures else ""
    head = f'<testsuite name="shop" tests="1" failures="{failures}" errors="0" skipped="0"'
    stamp = _now().isoformat()
    return f'{head} timestamp="{stamp}"><testcase name="t">{case}</testcase></testsuite>\n'


def _sarif(level: str | None = None) -> str:
    result = {"level": level, "ruleId": "B105", "message": {"text": "found"}}
    run = {"tool": {"driver": {"name": "bandit"}}, "results": [result] if level else []}
    return json.dumps({"version": "2.1.0", "runs": [run]})


def _values(target: str, database: str) -> dict[str, str]:
    live = target == "production"
    return {
        "ENVIRONMENT": target,
        "DATABASE_URL": database,
        "JWT_SECRET": SECRET if live else STAGING_SECRET,
        "STRIPE_SECRET_KEY": LIVE if live else TEST,
        "SMTP_USER": "shop",
        "SMTP_PASSWORD": f"quiet-harbour-{'lantern' if live else 'meadow'}-58-cobalt",
        "VITE_API_URL": "https://api.shop.internal/v1"
        if live
        else "https://staging.shop.internal/v1",
        **({"SENTRY_DSN": "https://0c1d@errors.shop.internal/12"} if live else {}),
    }


def _databases(url: str) -> tuple[str, str]:
    """Make a database for each target; both stand at the revision before the newest."""
    import psycopg  # noqa: PLC0415 - of the test extra

    base = url.rpartition("/")[0]
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("staging", "production"):
            connection.execute(f"CREATE DATABASE {name}")
    for name in ("staging", "production"):
        with psycopg.connect(f"{base}/{name}") as connection:
            connection.execute("CREATE TABLE orders (id serial PRIMARY KEY, note text)")
            connection.execute("CREATE TABLE alembic_version (version_num varchar(32))")
            connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    return f"{base}/staging", f"{base}/production"


@contextlib.contextmanager
def world() -> Iterator[World]:
    """Make a project folder, start everything around it, end it all."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-"))) / "shop"
        shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "build"))
        (folder / "suites").symlink_to(ROOT / "suites")
        server = stack.enter_context(HTTPServer(host="127.0.0.1"))
        staging_database, database = _databases(stack.enter_context(postgres()).url)
        urls = {}
        for target in ("staging", "production"):
            place = folder.parent / target
            place.mkdir()
            version = COMMIT if target == "staging" else "0000000"
            urls[target] = stack.enter_context(demo(place, {}, DEMO_VERSION=version)).url
        github, rail = GitHub(server), Railway(server)
        page = StatusPage(server, "status", Actions="operational", Railway="operational")
        github.runs = [run_of("Run Tests (3.13)"), run_of("Security Scan")]
        rail.values = {railway.PRODUCTION: _values("production", database)}
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("GONOGO_", "GITHUB_", "RAILWAY_"))
        }
        environ = {
            **kept,
            **github.environ,
            **rail.environ(),
            "GITHUB_REPOSITORY": REPOSITORY,
            "RAILWAY_API": rail.url,
            "STAGING_URL": urls["staging"],
            "PRODUCTION_URL": urls["production"],
            "STAGING_DATABASE": staging_database,
            "STATUS_PAGE": page.url,
        }
        made = World(folder, github, rail, page, environ)
        lines = [
            f"{name}={value}\n" for name, value in _values("staging", staging_database).items()
        ]
        made.write(".env.staging", "".join(lines))
        for name, text in (
            ("coverage.xml", _coverage("0.87")),
            ("junit.xml", _junit()),
            ("scan.sarif", _sarif()),
        ):
            made.write(f"build/{name}", text)
        made.write("build/coverage.xml.commit", COMMIT)
        made.write("build/shop.dump", "PGDMP")
        yield made


def rehearse(*broken: str) -> int:
    """Verify staging, break some things, ask for production; return the exit code."""
    with world() as made:
        staging = made.pytest("suites/health", "-q", target="staging")
        if staging != 0:
            return staging
        for name in broken:
            BREAKS[name](made)
        return made.pytest("suites/predeploy", *made.options, target="production")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("broken", nargs="*", metavar="WHAT", help="what to break")
    parser.add_argument("--list", action="store_true", help="say what can be broken")
    given = parser.parse_args()
    if given.list:
        sys.stdout.write("\n".join(sorted(BREAKS)) + "\n")
        sys.exit(0)
    if unknown := set(given.broken) - BREAKS.keys():
        parser.error(f"{', '.join(sorted(unknown))}: see --list")
    sys.exit(rehearse(*given.broken))
