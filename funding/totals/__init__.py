"""How many awards and how much, for any scope; and what documents state about it."""
