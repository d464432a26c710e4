"""Text files of papers and minutes, read into drafts that a person then checks.

Reading is generic: shapes of lines and a small vocabulary of headings, never a value of one office.
Nothing is thrown away unseen: every word of a source is in the draft or in the list of what was left
out and why (see `words.coverage`).
"""
