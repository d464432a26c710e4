"""Uploads: what a file really is, how big, made harmless, kept under a name nobody can guess."""
