"""Acting on a decision that says ROLLBACK: checking it once more, restoring, and verifying."""
