"""The rules of one variable: a value in, every fault out."""

import re
from collections.abc import Iterable

from gonogo.core.outcome import Outcome
from gonogo.core.variable import KEY_TYPES, NUMBER_TYPES, URL_TYPES, Fault, Variable
from gonogo.environment import keys, secrets, strength, urls
from gonogo.environment.scalars import number
from gonogo.environment.shapes import Found, Setting, shape

_EDGES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
_EDGES += "".join(map(chr, range(0x2000, 0x200E))) + "\u2060\ufeff"  # spaces and the invisible
_STRENGTH_FIX = "openssl rand -hex 32, then set it where it is deployed"


def check(variable: Variable, value: str | None, where: str, setting: Setting) -> list[Fault]:
    """Return every fault of a variable; an optional one that is blank counts as absent."""
    name = variable.name
    if value is None or not trimmed(value):
        if not variable.required:
            return list(_left_to_code(variable, where, setting))
        reason, text = ("missing", "not set") if value is None else ("empty", "set, but blank")
        told = f"; {variable.description}" if variable.description else ""
        fix = "set it where it is deployed"
        return [Fault(reason, name, f"{text} for {setting.target}{told}", fix, where)]
    found = [
        Fault(reason, name, text, fix, where)
        for reason, text, fix in _judge(variable, value, setting)
    ]
    if value != trimmed(value) and variable.type != "private-key":
        found.append(_untrimmed(variable, where))
    return [*found, *_age(variable, where, setting)]


def _left_to_code(variable: Variable, where: str, setting: Setting) -> Iterable[Fault]:
    """A secret that is not set is the one in the code, which everybody can read."""
    if variable.has_default and secrets.holds_one(variable) and not setting.local:
        text = f"not set for {setting.target}: the application uses the default in its code"
        fix = "set it where it is deployed"
        yield Fault("missing", variable.name, text, fix, where, Outcome.WARN)


def trimmed(value: str) -> str:
    """Return a value without white space and invisible characters around it."""
    return value.strip(_EDGES)


def _untrimmed(variable: Variable, where: str) -> Fault:
    free = variable.type == "string" and not secrets.holds_one(variable) and not variable.pattern
    text = "white space or an invisible character before or after the value"
    fix = "write the value without it"
    outcome = Outcome.WARN if free else Outcome.FAIL
    return Fault("whitespace", variable.name, text, fix, where, outcome)


def _judge(variable: Variable, value: str, setting: Setting) -> Found:
    text = trimmed(value)
    secret = secrets.holds_one(variable)
    if secrets.is_public(variable):
        leak = _leak(variable, text)
        if leak:
            return [("public_secret", leak, "rotate it, and keep it on the server")]
    blank = strength.placeholder(text, secret=secret and variable.type not in URL_TYPES)
    if blank is None and secret and variable.example and text == variable.example:
        blank = "the example value, not one of its own"
    if blank and not setting.local:
        return [("placeholder", blank, "set the real value where it is deployed")]
    if blank and secret:
        return []
    wrong = [*shape(variable, text, setting), *_limits(variable, text, setting)]
    return wrong or list(_quality(variable, text, setting, secret=secret))


def _leak(variable: Variable, text: str) -> str | None:
    if variable.secret:
        return "public and secret at once: what a browser gets is no secret"
    if keys.is_secret(text):
        return f"holds a secret ({keys.detect(text)}), and is shipped to browsers"
    if urls.password_of(text):
        return "holds a URL with a password, and is shipped to browsers"
    return None


def _limits(variable: Variable, text: str, setting: Setting) -> Found:
    """What the configuration says about this variable."""
    if variable.choices is not None and text not in variable.choices:
        yield (
            "enum",
            f"not one of {', '.join(variable.choices)}",
            "set one of them, letter by letter",
        )
    elif variable.equals is not None and text != variable.equals:
        yield (
            "forbidden",
            f"must be {variable.equals} for {setting.target}",
            f"set {variable.equals}",
        )
    if variable.pattern is not None and not re.fullmatch(variable.pattern, text):
        yield "pattern", "does not match the pattern", "see the pattern in [env.vars]"
    low, high = variable.min_length, variable.max_length
    if low is not None and len(text) < low:
        yield "length", f"{len(text)} characters, at least {low} expected", "set a longer value"
    if high is not None and len(text) > high:
        yield "length", f"{len(text)} characters, at most {high} expected", "set a shorter value"
    if variable.type in NUMBER_TYPES:
        yield from _range(variable, text)


def _range(variable: Variable, text: str) -> Found:
    found = number(variable.type, text)
    if found is None:
        return
    if variable.minimum is not None and found < variable.minimum:
        yield "range", f"less than {variable.minimum:g}", f"set at least {variable.minimum:g}"
    if variable.maximum is not None and found > variable.maximum:
        yield "range", f"more than {variable.maximum:g}", f"set at most {variable.maximum:g}"


def _quality(variable: Variable, text: str, setting: Setting, *, secret: bool) -> Found:
    """What is wrong with a value of the right shape."""
    if setting.local:
        return
    end = keys.expiry(text)
    if end is not None and end < setting.now:
        yield "stale", "the token has expired", "issue a new one"
    if variable.type in URL_TYPES:
        yield from _url_quality(variable, text)
    elif variable.type in {"email", "host"} and strength.is_example_host(text):
        yield "placeholder", "an example domain", "set the real one"
    elif secret and variable.strong and variable.type not in _ISSUED:
        weak = strength.weakness(text)
        if weak:
            yield "weak", weak, _STRENGTH_FIX


_ISSUED = frozenset((*KEY_TYPES, "uuid", "jwt"))


def _url_quality(variable: Variable, text: str) -> Found:
    found = urls.parts(text)
    if isinstance(found, str):
        return
    if strength.is_example_host(found.host):
        yield "placeholder", "a host of an example domain", "set the real host"
    if not found.password:
        return
    blank = strength.placeholder(found.password, secret=True)
    weak = strength.weakness(found.password)
    if blank:
        yield "placeholder", f"the password is {blank}", "set the real password"
    elif variable.strong and (weak or found.password == found.user):
        yield "weak", f"the password: {weak or 'the same as the user'}", _STRENGTH_FIX


def _age(variable: Variable, where: str, setting: Setting) -> Iterable[Fault]:
    if variable.max_age is None or setting.local:
        return
    days = variable.max_age / 86400
    fix = f"rotate it, then write {variable.name} = {setting.today} to [env.rotated]"
    if variable.rotated is None:
        reason, text = "age_unknown", "max-age is set, but no date of its last rotation"
    elif variable.rotated > setting.today:
        reason, text = "age_unknown", f"rotated on {variable.rotated}, which is in the future"
    elif (setting.today - variable.rotated).days > days:
        age = (setting.today - variable.rotated).days
        reason, text = "stale", f"{age} days old, at most {days:g} allowed"
    else:
        return
    yield Fault(reason, variable.name, text, fix, where, signal="rotation")
