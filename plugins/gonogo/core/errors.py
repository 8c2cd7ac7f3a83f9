"""The product's own exceptions.

GonogoError
├── ConfigError           the run cannot start: exit 4, nothing is probed
└── EvidenceUnavailable   a witness is silent: the check is UNKNOWN
    └── Declined          a provider said no: it did nothing of what it was asked for
"""


class GonogoError(Exception):
    """Base of everything raised on purpose."""


class ConfigError(GonogoError):
    """The configuration cannot be used; the text lists every complaint."""


class EvidenceUnavailable(GonogoError):  # noqa: N818 - reads as what it says
    """No evidence could be had, which speaks neither for nor against the release."""


class Declined(EvidenceUnavailable):
    """A provider has said no, in so many words, to what it was asked to do."""
