"""What the command line chose. Apart from the models, so that a sleeping plugin stays light."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """What the command line says; None means not said."""

    target: str | None = None
    url: str | None = None
    config: str | None = None
    env_files: tuple[str, ...] = ()
    booted: str | None = None  # where the target's own command was told to listen
