"""The steps of a response as its page lists them: what is done, what can be done now, and what is missing."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from opcc_portal.office.forms import in_words
from scrutiny.indicators.words import so_many
from scrutiny.inspections import responses
from scrutiny.inspections.models import Dispatch, Response
from scrutiny.workflow.models import State as Stage

DONE, WAITING = "done", "waiting"


@dataclass(frozen=True)
class Step:
    """One row: where it is done (empty: it cannot start yet), how it stands in words, and what the main button says."""

    id: str
    name: str
    url: str
    state: str
    kind: str = ""
    hint: str = ""
    button: str = ""


@dataclass
class State:
    """A response with everything that its page counts."""

    response: Response
    standing: responses.Standing
    reports: list
    sent: dict

    @property
    def words(self):
        """Draft; published. Of one that stood elsewhere that it did."""
        if self.response.published_on and not self.response.is_signed:
            return "Published before this portal"
        if self.response.state == Stage.PUBLISHED and not self.response.is_signed:
            return "Published, opened again for a new version"
        return self.response.get_state_display()

    @property
    def asked(self):
        """How many recommendations are to be answered."""
        return sum(len(report.rows) for report in self.reports)

    @property
    def answered(self):
        """How many of them are."""
        return self.asked - sum(len(report.unanswered) for report in self.reports)

    @cached_property
    def lacks(self):
        """What must be there before it is signed."""
        return responses.lacks(self.response, self.reports)

    @property
    def gaps(self):
        """What is missing of what the law asks for, in words, whether or not it stops anybody."""
        response, found = self.response, list(self.lacks)
        if response.invited_on is None:
            found.append("It is not recorded when the chief constable was invited to comment.")
        if response.comments_state == Response.Comments.NOT_RECORDED:
            found.append("The chief constable’s comments are not recorded, nor that none were made.")
        if self.standing.published_on:
            names = {
                Dispatch.To.SECRETARY_OF_STATE: "the Secretary of State",
                Dispatch.To.INSPECTORATE: "the inspectorate",
            }
            found += [f"It is not recorded that a copy went to {names[to]}." for to in names if to not in self.sent]
        return found


def state_of(response):
    """The response with its clock, answers and dispatches. Five queries."""
    reports = responses.asked_by(response)
    sent = {each.to: each for each in response.dispatches.all()}
    return State(response, responses.standing(response), reports, sent)


def with_forms(reports, form_class, data=None):
    """The reports, each with `forms`: a form for the answer to each of its recommendations."""
    for report in reports:
        report.forms = [form_class(data, recommendation=each, answer=answer) for each, answer in report.rows]
    return reports


def groups(state, user):
    """[(anchor, title, steps)] in the order in which they are done."""
    edits = user.has_perm("responses.edit", state.response)
    may_write = edits and state.response.is_open
    before = [_invitation(state, may_write), _comments(state, may_write), _answers(state, may_write)]
    before += [_text(state, may_write), _letter(state, user)]
    return [
        ("before", "What it says", before),
        ("out", "Signing and publishing", [_signature(state, user), _publishing(state, user)]),
        ("after", "Sending it on", [_dispatches(state, edits)]),
    ]


def next_of(state, user):
    """The step that comes next for this person, to be the main button; None where nothing is left."""
    every = [step for _, _, steps in groups(state, user) for step in steps]
    return next((step for step in every if step.url and step.button and step.kind != DONE), None)


def _address(state, name, may):
    return reverse(name, args=[state.response.pk]) if may else ""


def _step(state, name, may, title, is_done, words, **more):
    url, begun = _address(state, name, may), more.pop("kind", "open")
    kind = DONE if is_done else begun
    return Step(name, title, url, words, kind if url or is_done else WAITING, **more)


def _invitation(state, may):
    response = state.response
    by = f", comments asked for by {in_words(response.comments_by)}" if response.comments_by else ""
    hint = f"Invited on {in_words(response.invited_on)}{by}" if response.invited_on else ""
    words = "Completed" if hint else "Not recorded"
    more = {"hint": hint, "button": "Record the invitation"}
    return _step(state, "response-invitation", may, "Invite the chief constable", bool(hint), words, **more)


def _comments(state, may):
    response, states = state.response, Response.Comments
    hint = ""
    if response.comments_state == states.RECEIVED:
        hint = f"Received on {in_words(response.comments_received_on)}"
    is_done = response.comments_state == states.NONE or bool(response.comments)
    if response.comments_state == states.RECEIVED and not response.comments:
        words = "Not entered"
    else:
        words = "Completed" if hint else response.get_comments_state_display()
    more = {"hint": hint, "button": "Record the comments"}
    return _step(state, "response-comments", may, "Comments of the chief constable", is_done, words, **more)


def _answers(state, may):
    name = "Answer every recommendation"
    if not state.asked:
        return _step(state, "response-answers", may, name, True, "None to answer", hint="No recommendation is listed.")
    is_done = state.answered == state.asked
    words = "Completed" if is_done else f"{state.answered} of {state.asked}"
    more = {"hint": so_many(state.asked, "recommendation"), "button": "Answer the recommendations", "kind": ""}
    return _step(state, "response-answers", may, name, is_done, words, **more)


def _text(state, may):
    words = "Completed" if state.response.text else "Nothing yet"
    more = {"button": "Write what the office says"}
    return _step(state, "response-text", may, "What the office says", bool(state.response.text), words, **more)


def _letter(state, user):
    letter = state.response.letter
    name, sees = "Letter to the Secretary of State", user.has_perm("letters.view")
    if letter is None:
        url = "#letter" if user.has_perm("responses.edit", state.response) else ""
        return Step("letter-step", name, url, "Not drafted", "open" if url else WAITING, "Drafted from the answers")
    url = letter.get_absolute_url() if sees else ""
    if letter.is_sent:
        return Step("letter-step", name, url, "Sent", DONE, f"{letter.number}, dated {in_words(letter.date)}")
    return Step("letter-step", name, url, "Draft", "", f"Dated {in_words(letter.date)}")


def _signature(state, user):
    response, name = state.response, "Sign the response"
    if response.is_signed:
        hint = f"Signed by {response.signed_name} on {in_words(responses.day_of(response.signed_at))}"
        return Step("response-sign", name, "", "Completed", DONE, hint)
    if state.lacks:
        hint = f"Opens when nothing is missing. {state.lacks[0]}"
        return Step("response-sign", name, "", "Cannot start yet", WAITING, hint)
    may = user.has_perm("responses.sign", response)
    hint = "" if may else "Waits for the commissioner"
    url = _address(state, "response-sign", may)
    return Step("response-sign", name, url, "To be signed", "", hint, "Read and sign")


def _publishing(state, user):
    response, name = state.response, "Publish the response"
    url = reverse("publish", args=["response", response.pk]) if user.has_perm("publishing.view") else ""
    elsewhere = response.published_on is not None
    if response.state == Stage.PUBLISHED and response.is_signed:
        return Step("publish", name, url, "Completed", DONE, state.standing.words)
    if elsewhere and not response.is_signed:
        return Step("publish", name, "", "Published elsewhere", DONE, state.standing.words)
    if not response.is_signed:
        return Step("publish", name, "", "Cannot start yet", WAITING, "Opens when the commissioner has signed")
    return Step("publish", name, url, "Ready", "accent", "", "Check and publish")


def _dispatches(state, may):
    sent = [state.sent[to] for to in Dispatch.To if to in state.sent]
    is_done = len(sent) == len(Dispatch.To)
    words = "Completed" if is_done else f"{len(sent)} of {len(Dispatch.To)}"
    hint = ". ".join(str(each) for each in sent)
    more = {"hint": hint, "button": "Record that it was sent" if state.standing.published_on else ""}
    name = "Send it to the Secretary of State and the inspectorate"
    return _step(state, "response-dispatches", may, name, is_done, words, **more)
