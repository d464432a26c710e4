"""Actions as they are captured while minutes are written."""


def understood(text, *, meeting):
    """What an action as typed says."""


def keep_in_step(entry, *, understood, by):
    """Keep the register's action in step with the entry."""


def shown(entry):
    """What the editor shows of the entry's action."""
