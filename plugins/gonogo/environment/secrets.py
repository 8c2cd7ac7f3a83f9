"""Which values are secrets, so that only real secrets are hidden and held to their strength."""

import re
from functools import cache

from gonogo.core.variable import KEY_TYPES, NUMBER_TYPES, Variable
from gonogo.environment.keys import KINDS, is_secret
from gonogo.environment.strength import is_word, placeholder
from gonogo.environment.urls import password_of

_STRONG = frozenset("SECRET SECRETS PASSWORD PASSWD PASSPHRASE PWD".split())
_LAST = frozenset("KEY TOKEN PASS CREDENTIAL CREDENTIALS SALT PEPPER APIKEY AUTHTOKEN".split())
_ENDINGS = ("APIKEY", "SECRETKEY", "ACCESSKEY", "AUTHTOKEN", "ACCESSTOKEN", "PASSWORD", "PASSWD")
_OPEN = frozenset("PUBLIC PUBLISHABLE ANON SITE PRIMARY SORT FOREIGN CACHE PARTITION INDEX".split())
_ABOUT = frozenset(
    "FILE PATH DIR NAME ID ARN TTL URL URI HOST PORT LENGTH LEN MIN MAX SIZE POLICY EXPIRE EXPIRES "
    "EXPIRY MINUTES SECONDS HOURS DAYS ENABLED REQUIRED ALGORITHM ALG ROUNDS COUNT LIMIT TYPE "
    "VERSION ROTATION REGION AGE HEADER PREFIX ISSUER AUDIENCE".split()
)
PUBLIC_PREFIXES = tuple(
    "VITE_ NEXT_PUBLIC_ REACT_APP_ EXPO_PUBLIC_ NUXT_PUBLIC_ GATSBY_ PUBLIC_ VUE_APP_ "
    "STORYBOOK_".split()
)
LEAST_HIDDEN = 6  # characters: hiding shorter ones would hide half of every text


@cache
def named_like_one(name: str) -> bool:
    """Tell whether a name says that its value is a secret."""
    words = re.split(r"[_.-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper())
    if words[-1] in _ABOUT or not _OPEN.isdisjoint(words):
        return False
    return not _STRONG.isdisjoint(words) or words[-1] in _LAST or words[-1].endswith(_ENDINGS)


def is_public(variable: Variable) -> bool:
    """Tell whether the value of a variable is shipped to browsers."""
    if variable.public is not None:
        return variable.public
    return variable.name.startswith(PUBLIC_PREFIXES)


def holds_one(variable: Variable) -> bool:
    """Tell whether a variable is declared, typed or named as a secret."""
    if variable.secret is not None:
        return variable.secret
    if is_public(variable):
        return False
    if variable.type in KEY_TYPES:
        return KINDS[variable.type].secret
    if variable.type == "jwt":
        return True
    plain = variable.type in NUMBER_TYPES or variable.type in {"bool", "email", "host", "date"}
    return not plain and variable.choices is None and named_like_one(variable.name)


def hidden(name: str, value: str, variable: Variable | None = None) -> list[str]:
    """Return the parts of a value that no output may show."""
    found = [password_of(value)]
    if holds_one(variable or Variable(name)) or is_secret(value):
        found += [value, value.strip()]
    return [
        each
        for each in dict.fromkeys(found)
        if len(each) >= LEAST_HIDDEN and not is_word(each) and not placeholder(each, secret=True)
    ]
