"""What a build or an operator left behind: coverage, test results, scans, backups."""

from gonogo.artefacts.judge import judged

__all__ = ["judged"]
