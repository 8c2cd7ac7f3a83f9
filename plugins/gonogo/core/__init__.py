"""What is decided, and how: the standard library and nothing else."""
