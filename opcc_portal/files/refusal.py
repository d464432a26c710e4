"""When we will not take a file."""


class Refused(ValueError):
    """A file we will not take. The message is for people: what it is, why not, and what to do about it."""
