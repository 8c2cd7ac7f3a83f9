"""Secrets that are none: placeholders, and values that can be guessed."""

import math
import re
from collections import Counter
from itertools import pairwise

_WORDS = frozenset(
    "changeme changethis changeit replaceme replacethis todo tbd fixme placeholder redacted masked "
    "xxx foo bar baz foobar dummy example sample fake none null nil undefined nan n/a na unset "
    "empty hidden mysecret mykey mytoken mypassword yourkey yoursecret yourpassword yourtoken "
    "supersecret topsecret notset insert fillme fillin secretkey apikey".split()
)
_PLAIN_WORDS = frozenset("changeme changethis replaceme todo tbd fixme placeholder fillme".split())
_STRUCTURE = re.compile(
    r"<%.*%>|\{%.*%\}|#\{.*\}#?|<[A-Za-z][\w .,:/()-]*>"
    r"|\{\{.*\}\}|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|%[A-Za-z_][A-Za-z0-9_]*%"
    r"|__[A-Z0-9_]+__|\[(?:your|insert|enter|add|put|replace|my|set)\b[^\]]*\]"
    r"|[xX]{3,}(?:[-_ ][xX]+)*|[*\u2022\u25cf\u2026.#?_-]{3,}|.*(?:\.\.\.|\u2026)",
    re.DOTALL,
)
_PHRASE = (
    r"(?i)change[-_ ]?(?:me|this|it)(?![a-z])|replace[-_ ]?(?:me|this|with)(?![a-z])|placeholder"
    r"|(?<![a-z0-9])(?:change|replace|rotate|set)[-_ ](?:in|before|after|for|on|by|to)(?![a-z0-9])"
    r"|(?<![a-z0-9])your[-_ ]?(?:own|api|secret|key|token|password|access|jwt|app|project|stripe"
    r"|openai|db|database|client|private|random|strong|super|value|name|domain|email)(?![a-z0-9])"
    r"|(?<![a-z0-9])(?:your|my|insert|enter|put|paste|add)[-_ ].*[-_ ](?:here|key|secret|token"
    r"|password)(?![a-z0-9])|(?<![a-z0-9])(?:goes|insert|paste|value|key|token|secret)[-_ ]here"
    r"|(?<![a-z0-9])(?:example|sample|dummy|fake|todo|fixme|insecure|unsafe)(?![a-z0-9])"
    r"|(?<![a-z0-9])not[-_ ]?(?:a[-_ ]?)?(?:set|real|secret|secure|for[-_ ]prod\w*)(?![a-z0-9])"
    r"|(?<![a-z0-9])(?:please|must|should)[-_ ](?:be[-_ ])?(?:change|replace|set)"
    r"|(?<![a-z0-9])to[-_ ]be[-_ ](?:changed|replaced|set|defined|generated|filled)"
    r"|(?<![a-z0-9])generate[-_ ](?:me|this|one)(?![a-z0-9])"
    r"|(?<![a-z0-9])do[-_ ]?not[-_ ]use(?![a-z0-9])"
    r"|super[-_ ]?secret|(?<![a-z0-9])(?:dev|local|test|testing|development)[-_ ](?:only|secret"
    r"|key|password|token)(?![a-z0-9])|EXAMPLE(?:KEY)?$"
)
_MARK = r"<[A-Za-z][\w .-]*>|\{\{[^{}]*\}\}|\[(?i:your|my|insert|enter|put|password|user)[\w -]*\]"
_HINTS = (
    "change replace rotate set placeholder your my insert enter put paste add here example sample "
    "dummy fake todo fixme insecure unsafe not super dev local test to-be to_be generate"
).split()
_FILLED = re.compile(r"[xX]{8,}|[-_][xX]{3,}$|\*{6,}|\u2022{4,}")
_URL_HOST = re.compile(r"(://(?:[^/@]*@)?)[^/]*")
_EXAMPLE_HOST = (
    r"(?:.*[.@/])?example\.(?:com|org|net|edu)|.*\.(?:example|invalid)"
    r"|(?:.*[.@])?your-?(?:own-?)?(?:domain|app|host|company|project|site|server|api|db|org|name)\b.*"
)
_COMMON = frozenset(
    "password passwd pass passw0rd p@ssw0rd secret admin administrator root user guest postgres "
    "postgresql mysql redis mongo mongodb rabbitmq minio elastic docker test testing tester demo "
    "default letmein welcome qwerty qwertyuiop abc123 iloveyou monkey dragon master login hello "
    "trustno1 sunshine princess football baseball superman changeme changethis temp temporary "
    "app api backend server database db dev development staging production prod local localhost "
    "key token jwt session cookie django flask fastapi rails node web site service".split()
)
_WORD_AND_DIGITS = re.compile(r"[A-Za-z@$]{1,10}[-_.!@#]?[0-9]{0,4}[!.?#]*")
_TOPICS = frozenset(
    "secret secrets key keys token tokens password passwd passphrase string value credential "
    "credentials redacted masked hidden removed ipsum changeme changethis hex openssl".split()
)
_TALK = _TOPICS | frozenset(
    "a an the my our some any this that is are be very real random default strong long secure safe "
    "unique private public generate generated create with by from for in on to at of and or your "
    "jwt app api db database auth session cookie admin user root postgres redis stripe prod "
    "production dev development staging local test testing demo change me it please replace set "
    "put use insert enter here there must least min minimum characters chars char bytes bit bits "
    "rand base lorem not only new old temp super top do use mock stub ci encoded byte so auto no "
    "testing value string later fill rotate".split()
)
_PIECE = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9\s_.,:;!?'/()\[\]-]+"
_SEPARATORS = re.compile(r"[-_ .]+")
_TAIL = re.compile(r"[-_.!@#?0-9]+$")


def placeholder(value: str, *, secret: bool) -> str | None:
    """Say why a value is a placeholder, or return None."""
    text = value.strip()
    word = re.sub(r"[-_ \[\]()]", "", text.lower())
    if _STRUCTURE.fullmatch(text) or ("://" in text and re.search(_MARK, text)):
        return "a template mark, not a value"
    if word in (_WORDS if secret else _PLAIN_WORDS):
        return "a placeholder word, not a value"
    if secret and _is_talk(text):
        return "words about a secret, not one"
    told = _URL_HOST.sub(r"\1", text) if "://" in text else text
    if secret and len(text) < 200 and (_has_phrase(told) or _FILLED.search(told)):
        return "a placeholder phrase, not a value"
    return None


def _is_talk(text: str) -> bool:
    """Find phrases such as "a very secret key": every word is one of those that describe keys."""
    if len(text) > 80:
        return False
    words = [word.lower() for word in re.findall(_PIECE, text)]
    said = [word for word in words if not (word.isdigit() and len(word) <= 4)]
    return len(said) > 1 and not _TOPICS.isdisjoint(said) and _TALK.issuperset(said)


def _has_phrase(text: str) -> bool:
    """Look for the words first: most secrets hold none, and the phrases cost more."""
    lower = text.lower()
    return any(word in lower for word in _HINTS) and re.search(_PHRASE, text) is not None


def is_example_host(host: str) -> bool:
    """Tell whether a host belongs to the domains reserved for documentation."""
    return re.fullmatch(_EXAMPLE_HOST, host.lower().rstrip(".")) is not None


def is_word(value: str) -> bool:
    """Tell whether a value is a word that texts hold anyway, so that hiding it hides nothing."""
    return value.lower() in _COMMON


def weakness(value: str) -> str | None:
    """Say why a secret can be guessed, in facts that do not give it away, or return None."""
    if len(value) < 8:
        return f"{len(value)} characters"
    if _is_common(value) or _is_word_or_two(value):
        return "a common word or a default" if _is_common(value) else "words that can be guessed"
    period = _period(value)
    if period * 2 <= len(value):
        times = len(value) // period
        return f"{len(value)} characters, but one {period}-character block repeats {times} times"
    counts = Counter(value)
    most = max(counts.values())
    if most * 2 > len(value) or len(counts) < 5:
        return f"{len(value)} characters, but only {len(counts)} different ones"
    if _is_sequence(value):
        return "characters in sequence"
    if value.isdigit() and len(value) < 16:
        return f"{len(value)} digits"
    if _bits(counts, len(value)) < 24:
        return "too regular to be random"
    return None


def _is_word_or_two(value: str) -> bool:
    letters = _SEPARATORS.sub("", value)
    return (
        len(letters) <= 14 and letters.isalpha() and letters in {letters.lower(), letters.upper()}
    )


def _is_common(value: str) -> bool:
    lower = value.lower()
    if lower in _COMMON or _TAIL.sub("", lower) in _COMMON:
        return True
    return _WORD_AND_DIGITS.fullmatch(value) is not None and not _mixed(value)


def _mixed(value: str) -> bool:
    """Random letters change case within; words do not."""
    letters = re.sub(r"[^A-Za-z]", "", value)[1:]
    return not (letters.islower() or letters.isupper())


def _period(value: str) -> int:
    """Return the length of the shortest block that the value repeats (Knuth-Morris-Pratt)."""
    border = [0] * len(value)
    for index in range(1, len(value)):
        length = border[index - 1]
        while length and value[index] != value[length]:
            length = border[length - 1]
        border[index] = length + (value[index] == value[length])
    return len(value) - border[-1]


def _is_sequence(value: str) -> bool:
    steps = [ord(b) - ord(a) for a, b in pairwise(value)]
    return sum(abs(step) <= 1 for step in steps) * 4 > len(steps) * 3


def _bits(counts: Counter[str], length: int) -> float:
    return -sum(n * math.log2(n / length) for n in counts.values())
