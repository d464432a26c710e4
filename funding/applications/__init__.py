"""Applications to a round, on paper, by spreadsheet or by the public form."""
