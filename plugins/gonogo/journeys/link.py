"""What a journey needs of the run: a way to ask, to judge a silence, to tell and to hide."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from gonogo.core.answer import Answer, Request
from gonogo.core.observation import Reading


@dataclass(frozen=True)
class Link:
    """Functions of a run; each waits for its result.

    `around` surrounds a step in a report, `tell` takes the title and the text of an exchange.
    """

    fetch: Callable[[Request], Answer]
    silent: Callable[[Answer], Reading]
    from_edge: Callable[[Answer], bool] = lambda _answer: False
    hide: Callable[[Iterable[str]], None] = lambda _secrets: None
    redact: Callable[[str], str] = lambda text: text
    tell: Callable[[str, str], None] = lambda _title, _text: None
    around: Callable[[str], AbstractContextManager[object]] = lambda _title: nullcontext()
