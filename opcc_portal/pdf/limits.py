"""How much one document may cost. Measured: an ordinary page takes 0.1 s and a 120-page report 200 MiB, so these
numbers leave honest papers alone and stop a document that would never end."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    cpu_seconds: int = 60  # for each document, in the child process
    wall_seconds: float = 120  # the same, by the clock on the wall
    memory_bytes: int = 1536 * MIB  # address space of the child process
    input_bytes: int = 2_000_000  # the HTML, encoded as UTF-8
    files_bytes: int = 20_000_000  # logo and pictures together
    depth: int = 60  # elements inside each other
    rows: int = 2_000  # table rows in the whole document
    span: int = 1_000  # colspan and rowspan; browsers stop at 1,000 too
    jobs_per_child: int = 200  # then a fresh child, whatever it may have gathered
