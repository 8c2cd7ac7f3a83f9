"""Dependencies, asked directly: one adapter a file, and one table of kinds in `asking`."""
