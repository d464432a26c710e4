"""The board of duties in the office full of canaries: its public words are those of what is published, and no others."""

from opcc_portal.office.dates import today
from scrutiny.duties import operations, starting
from scrutiny.duties.models import Board, Duty, DutyChange
from tests.factories import make_confirmation, make_decision, make_duty, make_inspection, make_meeting, make_user


def sow(made, officer):
    """Lines with an owner and a note in secret words; a private meeting, a decision and an inspection that nobody may see."""
    secret, public = made.secret, made.public
    starting.load()
    owner = make_user(name=f"Olive {secret.word('User.name of who sees to a duty')}")
    Duty.objects.update(owner=owner)
    line = make_duty(title=f"The bridges are counted {public.word('Duty.title')}", owner=owner)
    seen = f"https://www.example.org/{public.word('Confirmation.url')}/"
    note = f"Invented {public.word('Confirmation.demonstration_note')}."
    confirmation = make_confirmation(line, url=seen, demonstration_note=note, by=owner)
    made.hide(confirmation, keep=("url", "demonstration_note"))
    private = made.hide(make_meeting(date="2022-03-01", is_public=False, status="held"))
    made.hide(make_decision(meeting=private, decided_on="2022-03-01"))
    made.hide(make_inspection(published_on="2022-05-01"), keep=("slug", "url"))
    operations.check()
    made.hide(DutyChange.objects.filter(on=today()).first())
    made.board = Board.the()
    made.addresses += ["/duties/", "/duties.csv", "/duties.json", "/duties/duties.pdf"]
