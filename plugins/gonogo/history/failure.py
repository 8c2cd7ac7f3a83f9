"""Why a history cannot be used, in words; the one place that knows the errors of databases."""

from collections.abc import Generator
from contextlib import contextmanager

from gonogo.core.errors import GonogoError


class Unavailable(GonogoError):  # noqa: N818 - reads as what it says
    """The history cannot be read or written now; the text says why, in one line."""


@contextmanager
def translated(where: str) -> Generator[None]:
    """Turn whatever a database raises into Unavailable."""
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError  # noqa: PLC0415 - heavy

    try:
        yield
    except DBAPIError as error:
        raise Unavailable(f"{where}: {_first_line(error.orig or error)}") from None
    except (SQLAlchemyError, OSError, ValueError, KeyError) as error:
        raise Unavailable(f"{where}: {_first_line(error)}") from None
    except ModuleNotFoundError as error:
        fix = 'pip install "pytest-gonogo[postgres]"'
        raise Unavailable(f"{where}: {error.name} is not installed; fix: {fix}") from None


def _first_line(error: BaseException) -> str:
    text = " ".join(str(error).split("\n", 1)[0].split())[:200]
    return text or type(error).__name__
