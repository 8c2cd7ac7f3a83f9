"""How an attempt ends: an exit code, and why, in one line."""

from gonogo.core.errors import GonogoError

VERIFIED, REFUSED, UNKNOWN = 0, 30, 40


class Stop(GonogoError):  # noqa: N818 - reads as what it says
    """The attempt ends here. `fix` says what to do next, `noted` what the history keeps of it."""

    def __init__(self, code: int, text: str, fix: str = "", noted: str = "") -> None:
        super().__init__(f"{text}; fix: {fix}" if fix else text)
        self.code = code
        self.noted = noted


def refused(text: str, fix: str = "") -> Stop:
    """Return the end of an attempt that is not made."""
    return Stop(REFUSED, text, fix)


def unknown(text: str, fix: str = "") -> Stop:
    """Return the end of an attempt about which nobody can tell."""
    return Stop(UNKNOWN, text, fix)
