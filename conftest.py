"""For this repository only: nothing of it is shipped."""

collect_ignore = ["benchmarks", "examples", "reports"]
