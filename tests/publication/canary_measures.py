"""National measures in the office full of canaries: one statement that may be published, one that nobody has signed."""

from opcc_portal.accounts.capabilities import Role
from opcc_portal.office.dates import today
from scrutiny.measures import operations
from scrutiny.measures.models import Measure, StatementLine
from scrutiny.measures.quarters import Quarter
from tests.factories import make_indicator, make_measure_set, make_statement, make_user


def sow(made, officer):
    """A signed statement in public words that names an indicator which is not public; a draft in secret ones."""
    secret, public = made.secret, made.public
    quarter = Quarter.of(today()).before()
    held = make_measure_set(
        f"Thefts {public.word('Measure.title')}",
        name=f"Measures {public.word('MeasureSet.name')}",
        source=f"A letter {public.word('MeasureSet.source')}",
    )
    Measure.objects.update(description=f"It covers {public.word('Measure.description')}")
    hidden = made.hide(make_indicator("Not public", slug="not-public-either"))
    signed = make_statement(held, quarter=quarter, text="")
    words = {"applies": True, "text": f"Patrols {public.word('StatementLine.text')}", "indicators": [hidden.pk]}
    words["indicators"].append(made.indicator.pk)
    said = f"In short {public.word('MeasuresStatement.introduction')}"
    signed = operations.change(signed, said, {held.measures.get().pk: words}, seen=signed.version, by=officer)
    signer = make_user(Role.COMMISSIONER, name=f"Cora {secret.word('User.name of who signed')}")
    made.statement = operations.sign(signed, seen=signed.version, by=signer)
    draft = make_statement(held, quarter=quarter.before())
    made.hide(draft)
    made.hide(StatementLine.objects.get(statement=draft))
    made.addresses += [f"/measures/{quarter.before().key}/", f"/measures/{quarter.before().key}/statement.pdf"]
