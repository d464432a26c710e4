"""Awards: what was given to whom, why, on what conditions, and what became of it."""
