"""What a text of SQL does to the version before: only adds, breaks, or cannot be told.

Whatever is not on the list of what only adds is unclear, and never passes for harmless.
"""

import re

BREAKS, UNCLEAR = "breaks", "unclear"
Effect = tuple[str, str]
MOST = 100  # characters of a statement that are shown

_MASKS = re.compile(
    r"""(?P<comment>--[^\n]*|/\*(?!!).*?\*/)
      | (?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
      | (?P<text>'(?:[^']|'')*')
      | (?P<name>"(?:[^"]|"")*"|`[^`]*`)
      | (?P<open>(?:/\*|\$\w*\$|['"`]).*\Z)  # swallows the rest: the search goes on nowhere""",
    re.VERBOSE | re.DOTALL,
)
_UNCLOSED = re.compile(r"""['"`]|/\*|\*/|\$\w*\$""")
_REFERENCE = r"\bON\s+(?:DELETE|UPDATE)\s+(?:CASCADE|RESTRICT|NO\s+ACTION|SET\s+(?:NULL|DEFAULT))"
_DESTROYS = r"\b(?:DROP|TRUNCATE|DELETE|RENAME|REVOKE)\b"
_KNOWN_CALLS = (
    r"\b(?:SETVAL|NEXTVAL|SET_CONFIG|PG_(?:TRY_)?ADVISORY_\w+|COUNT|NOW|MAX|COALESCE)\s*\("
)
_WORDS_OF_A_BLOCK = rf"{_DESTROYS}|\bALTER\s+TABLE\b|\bSET\s+NOT\s+NULL\b"

_HARMLESS = re.compile(
    r"""CREATE\s+(?:(?:GLOBAL|LOCAL)\s+)?(?:TEMP(?:ORARY)?\s+|UNLOGGED\s+)?TABLE\b
      | CREATE\s+INDEX\b
      | CREATE\s+(?:TYPE|DOMAIN|SEQUENCE|SCHEMA|EXTENSION|VIEW|MATERIALIZED\s+VIEW|STATISTICS)\b
      | ALTER\s+TYPE\s+\S+\s+ADD\s+VALUE\b
      | COMMENT\s+ON\b | ANALYZE\b | VACUUM\b | GRANT\b | LOCK\s+TABLE\b
      | INSERT\s+INTO\b(?!.*\b(?:DO\s+UPDATE|ON\s+DUPLICATE)\b)
      | SET\s+(?:LOCAL\s+|SESSION\s+)?(?:\w*TIMEOUT|SEARCH_PATH|ROLE)\b
      | RESET\b | BEGIN\b | COMMIT\b | START\s+TRANSACTION\b | SAVEPOINT\b | RELEASE\b
      | PRAGMA\s+FOREIGN_KEYS\b""",
    re.VERBOSE | re.DOTALL,
)
_TABLE = re.compile(
    r"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<name>\S+)\s+(?P<rest>.*)", re.DOTALL
)
_CONSTRAINT = r"ADD\s+(?:CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE)\b"
_COLUMN = r"ALTER\s+(?:COLUMN\s+)?\S+\s+"
_HARMLESS_ACTION = re.compile(
    rf"{_COLUMN}(?:DROP\s+NOT\s+NULL|SET\s+DEFAULT|SET\s+STATISTICS|SET\s+STORAGE)\b"
    r"|ADD\s+(?:INDEX|KEY)\b|VALIDATE\s+CONSTRAINT\b",
)
_BREAKING_ACTIONS = (
    (_COLUMN + r"(?:SET\s+NOT\s+NULL|DROP\s+DEFAULT)\b", "restricts rows"),
    (_COLUMN + r"(?:SET\s+DATA\s+)?TYPE\b", "changes a type"),
    (r"(?:MODIFY|CHANGE)\b", "changes a column"),
    (r".*\b(?:DROP|RENAME)\b", ""),
)


def effects(text: str) -> list[Effect]:
    """Return what every statement of a text does beyond adding."""
    masked, bodies = _masked(text)
    found: list[Effect] = []
    for statement in masked.split(";"):
        said = " ".join(statement.split())
        shown = said[:MOST] + ("…" if len(said) > MOST else "")
        effect = _statement(said.upper(), bodies)
        if said and effect is not None:
            found.append((effect[0], f"{effect[1]}: {shown}" if effect[1] else shown))
    return found


def _masked(text: str) -> tuple[str, list[str]]:
    """Take out comments, literals and quoted names: what is left are the words."""
    bodies: list[str] = []

    def mask(match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return " "
        if match["open"] is not None:
            return _OPEN
        if match["body"] is not None:
            bodies.append(match["body"].upper())
            return f" {_BODY} "
        if match["text"] is not None:  # some databases end a literal at \', others do not
            return "'" if "\\'" in match["text"] else "''"
        return re.sub(r"\W", "_", match["name"].strip('"`'))

    return _MASKS.sub(mask, text), bodies


_BODY = "<BLOCK>"
_OPEN = "'"


def _statement(plain: str, bodies: list[str]) -> Effect | None:
    """Judge a statement in upper case; the text is put before the statement itself."""
    if _UNCLOSED.search(plain.replace("''", "")):
        return UNCLEAR, "cannot be read"
    if _BODY in plain:
        inside = any(re.search(_WORDS_OF_A_BLOCK, body) for body in bodies)
        return (BREAKS if inside else UNCLEAR), "runs a block"
    table = _TABLE.fullmatch(plain)
    if table is not None:
        return _worst([e for part in _parts(table["rest"]) if (e := _action(part))])
    words = re.sub(_REFERENCE, " ", plain)
    if re.match(r"GRANT\b", plain):
        return None
    if re.search(_DESTROYS, words):
        return BREAKS, ""
    if re.match(r"CREATE\s+UNIQUE\b", plain):
        return BREAKS, "restricts rows"
    if _HARMLESS.match(words) or _only_reads(plain):
        return None
    word = "changes rows" if re.match(r"UPDATE\b", plain) else "not known to only add"
    return UNCLEAR, word


def _only_reads(plain: str) -> bool:
    if not re.match(r"SELECT\b", plain) or re.search(r"\bINTO\b", plain):
        return False
    return "(" not in re.sub(_KNOWN_CALLS, "", plain)


def _worst(found: list[Effect]) -> Effect | None:
    return min(found, key=lambda each: each[0] != BREAKS, default=None)


def _parts(text: str) -> list[str]:
    """Split at the commas that are in no parentheses."""
    parts, depth = [""], 0
    for each in text:
        depth += (each == "(") - (each == ")")
        if each == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += each
    return [part.strip() for part in parts]


def _action(action: str) -> Effect | None:
    if re.match(_CONSTRAINT, action):
        return BREAKS, "restricts rows"
    if re.match(r"ADD\s+(?!INDEX\b|KEY\b)", action):
        return _added(action)
    if _HARMLESS_ACTION.match(action):
        return None
    for pattern, text in _BREAKING_ACTIONS:
        if re.match(pattern, action):
            return BREAKS, text
    return UNCLEAR, "not known to only add"


def _added(action: str) -> Effect | None:
    words = re.sub(_REFERENCE, " ", action)
    default = re.search(r"\b(?:DEFAULT|GENERATED|IDENTITY|AUTO_INCREMENT|\w*SERIAL)\b", words)
    if re.search(r"\bNOT\s+NULL\b", words) and default is None:
        return BREAKS, "adds a column NOT NULL without default"
    if re.search(r"\b(?:UNIQUE|PRIMARY\s+KEY|CHECK)\b", words):
        return BREAKS, "restricts rows"
    return None
