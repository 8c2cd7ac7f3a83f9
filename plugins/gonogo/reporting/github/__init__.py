"""GitHub as a place where people look: what a record says, put where they are."""
