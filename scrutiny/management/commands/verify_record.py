"""Look whether the public record is what was published."""

from django.core.management.base import BaseCommand, CommandError

from scrutiny.publication.verification import Verification


class Command(BaseCommand):
    """Walks the chain of Editions from the first to the last and names everything that is not as it was published."""

    help = (
        "Check every Edition, its PDF and files, the chain that binds them, lists and search. Ends with status 1 when "
        "anything was changed, with a line for each finding."
    )

    def add_arguments(self, parser):
        """A head from a paper in somebody's hands proves that the chain was not written anew."""
        parser.add_argument("--head", default="", help="A chain head as a PDF prints it: is it still in the chain?")

    def handle(self, *, head, **options):
        """Print each finding as it comes."""
        verification = Verification(known_head="".join(head.lower().split()))
        for found in verification:
            self.stdout.write(str(found))
        counted = f"{_counted(verification.editions_seen, 'Edition')}, {_counted(verification.files_seen, 'file')}"
        if verification.found:
            raise CommandError(f"{_counted(verification.found, 'finding')} in {counted}.")
        self.stdout.write(f"OK: {counted}")


def _counted(number, one):
    return f"{number} {one}{'' if number == 1 else 's'}"
