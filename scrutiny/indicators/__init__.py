"""Indicators: the figures by which the plan is judged, their periods, their usual variation and their uncertainty."""
