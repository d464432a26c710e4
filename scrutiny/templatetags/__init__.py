"""Template tags of the scrutiny rooms."""
