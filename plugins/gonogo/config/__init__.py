"""The configuration: strict, typed, and complete in its complaints."""
