"""What the inspection of a file found, as it travels from the child process to the portal."""

from dataclasses import asdict, dataclass, field


@dataclass
class Outcome:
    """A file that may come in: what it is, what was taken out, what a person should look at."""

    kind: str = ""
    pages: int | None = None
    tagged: bool | None = None
    taken_out: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    def as_data(self):
        """As plain data."""
        return asdict(self)


def counted(found):
    """{("script", "scripts"): 2} in words: ["2 scripts"], in the order they were found."""
    return [f"{number} {one if number == 1 else many}" for (one, many), number in found.items() if number]
