"""What one environment variable should be for one target, and what can be wrong with it."""

from dataclasses import dataclass
from datetime import date

from gonogo.core.outcome import Outcome

PLAIN_TYPES = ("string", "int", "float", "bool", "port", "uuid", "hex", "base64", "json")
TEXT_TYPES = ("duration", "email", "host", "date", "datetime", "list", "jwt", "path", "semver")
URL_TYPES = (
    "url",
    "https-url",
    "origin",
    "postgres-url",
    "mysql-url",
    "mongodb-url",
    "sqlite-url",
    "database-url",
    "redis-url",
    "amqp-url",
)
KEY_TYPES = (
    "stripe-secret-key",
    "stripe-publishable-key",
    "stripe-restricted-key",
    "stripe-webhook-secret",
    "openai-key",
    "openai-admin-key",
    "anthropic-key",
    "anthropic-admin-key",
    "openrouter-key",
    "google-api-key",
    "aws-access-key-id",
    "aws-secret-access-key",
    "github-token",
    "gitlab-token",
    "slack-token",
    "slack-webhook",
    "docker-token",
    "npm-token",
    "pypi-token",
    "huggingface-token",
    "sendgrid-key",
    "resend-key",
    "telegram-bot-token",
    "supabase-secret-key",
    "supabase-publishable-key",
    "supabase-access-token",
    "codecov-token",
    "railway-token",
    "private-key",
    "sentry-dsn",
)
MODED_TYPES = ("stripe-secret-key", "stripe-publishable-key", "stripe-restricted-key")
NUMBER_TYPES = ("int", "float", "port", "duration")
TYPES = frozenset((*PLAIN_TYPES, *TEXT_TYPES, *URL_TYPES, *KEY_TYPES))
REASONS = {
    "missing": "not set",
    "empty": "set, but blank",
    "placeholder": "a value that stands for a real one: changeme, an example, a template",
    "weak": "a secret that can be guessed",
    "whitespace": "white space or an invisible character around the value",
    "type": "no number, bool or port where one belongs",
    "format": "not written as its type asks for",
    "pattern": "not of the shape that its type or pattern asks for",
    "enum": "none of its choices",
    "forbidden": "another value than `equals` asks for",
    "length": "too short or too long",
    "range": "too small or too large",
    "scheme": "a URL of another scheme",
    "insecure_url": "http where https is expected",
    "localhost": "leads to the machine itself",
    "wrong_kind": "a key of another kind",
    "wrong_mode": "a test key where live is expected, or a value of another target",
    "public_secret": "a secret that is shipped to browsers",
    "shared": "the same secret or database as another target",
    "reused": "the same secret under two names",
    "stale": "older than `max-age`, or expired",
    "age_unknown": "`max-age` is set, and nothing says when it was changed last",
    "group": "a rule between variables is broken",
    "undeclared": "nobody declared this name",
    "drift_missing": "another target has it, and this one lacks it",
    "duplicate": "set twice in one file",
    "unresolved": "a reference to another variable that leads nowhere",
    "syntax": "a line that is no assignment",
    "encoding": "a file that is not UTF-8",
    "portability": "a line that programs read differently",
    "unknown": "it could not be judged",
}  # why a variable is wrong, by the code after "env."


@dataclass(frozen=True, slots=True)
class Variable:
    """The rules of one variable, with the tables of targets already resolved.

    `secret` and `public` are None where nobody said; `foreign` holds the prefixes of other
    targets, `max_age` is in seconds, `distinct` is "value", "database", "no", or "" where
    nobody said. `also` holds other names that the application reads it from, in `any_case` where
    it does not look at case; `has_default` tells of a default in its code.
    """

    name: str
    type: str = "string"
    required: bool = True
    elsewhere: frozenset[str] | None = None
    choices: tuple[str, ...] | None = None
    equals: str | None = None
    pattern: str | None = None
    prefixes: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    items: str = "string"
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    secret: bool | None = None
    public: bool | None = None
    mode: str | None = None
    distinct: str = ""
    localhost: bool | None = None
    password: bool = False
    strong: bool = True
    max_age: float | None = None
    rotated: date | None = None
    example: str | None = None
    description: str | None = None
    also: tuple[str, ...] = ()
    any_case: bool = False
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a stable code, the variable, facts, and what to do about it.

    The texts hold facts about a value, never the value or a part of it.
    """

    reason: str
    name: str
    text: str
    fix: str = ""
    where: str = ""
    outcome: Outcome = Outcome.FAIL
    signal: str | None = None

    @property
    def code(self) -> str:
        """The reason as the record and the terminal write it."""
        return f"env.{self.reason}"

    def __str__(self) -> str:
        place = f" {self.where}" if self.where else ""
        fix = f"; fix: {self.fix}" if self.fix else ""
        return f"{self.code}{place}: {self.text}{fix}"
