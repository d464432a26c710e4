"""Scoring, interests, moderation and what is decided."""
