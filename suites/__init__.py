"""The gonogo suites: plain pytest, bare assert."""
