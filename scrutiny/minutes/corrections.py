"""The corrections that minutes hold."""


def keep_in_step(entry, *, by):
    """Keep the record in step with the entry."""


def shown(entry):
    """What the editor shows of it."""
