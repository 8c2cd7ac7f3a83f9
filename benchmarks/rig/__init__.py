"""What the benchmarks share: a load server, whole runs in processes of their own, a table."""
