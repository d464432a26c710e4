"""Opening a portal without a demonstration: the office, its first administrator, its first meeting series."""
