"""Funds and their rounds."""
