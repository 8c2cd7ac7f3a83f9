"""Environment validation: where values come from, and what they should look like."""
