"""People: who they are, which posts they hold, for whom."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.people import operations
from scrutiny.people.forms import (
    AliasForm,
    AppointmentForm,
    IdentifierForm,
    MoveOnForm,
    NewPersonForm,
    OrganisationForm,
    OrganisationSearchForm,
    PersonForm,
    PostForm,
    SearchForm,
)
from scrutiny.people.models import Appointment, Identifier, Organisation, Person, PersonAlias, Post

ROOM = "scrutiny/people"
A_PAGE = 50


# --- persons ---------------------------------------------------------------------------------------------------------


@allow("people.view")
def people(request):
    """Everybody, with the post they hold today."""
    search = SearchForm(request.GET or None)
    wanted = search.cleaned_data if search.is_valid() else {}
    found = Person.objects.in_list(wanted.get("q", ""), wanted.get("organisation"), today())
    page = Paginator(found.with_posts(), A_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page": page, "wanted": wanted, "narrowed": any(wanted.values()), "today": today()}
    return render(request, f"{ROOM}/people.html", context)


@allow("people.view", of=Person)
def person(request, person):
    """One person: posts over time, other spellings, meetings, account."""
    person = Person.objects.with_posts().select_related("account").get(pk=person.pk)
    context = {
        "person": person,
        "appointments": person.appointments.all(),
        "aliases": person.aliases.all(),
        # The meetings room, further up, keeps who was there; this is its reverse side.
        "attended": person.attendance.select_related("meeting__series").order_by("-meeting__date")[:10],
        "lines": lines_about(person),
    }
    return render(request, f"{ROOM}/person.html", context)


@allow("people.edit")
def person_add(request):
    """A new person, with a first post if there is one."""
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        try:
            another = form.cleaned_data["another_person"]
            new = operations.add_person(form.instance, appointment=form.appointment(), another=another, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, f"{new} is listed.")
            return redirect(new)
    context = {"form": form, "title": "Add a person", "trail": _trail("people"), "save": "Add this person"}
    context["back"] = reverse("people")
    return render(request, f"{ROOM}/form.html", context)


@allow("people.edit", of=Person)
def person_edit(request, person):
    """Another name, letters, account or note."""
    form = PersonForm(request.POST or None, instance=person)
    return _form_page(request, form, title=f"Change {person}", trail=_trail_of(person), back=person)


# --- appointments and aliases ----------------------------------------------------------------------------------------


@allow("people.edit", of=Person)
def appointment_add(request, person):
    """Put a person into a post."""
    form = AppointmentForm(request.POST or None, instance=Appointment(person=person))
    return _form_page(
        request, form, title=f"Add a post of {person}", trail=_trail_of(person), back=person, context=person
    )


@allow("people.edit", of=Appointment)
def appointment_edit(request, appointment):
    """Correct days, post or source."""
    person = appointment.person
    form = AppointmentForm(request.POST or None, instance=appointment)
    title = f"Change a post of {person}"
    return _form_page(request, form, title=title, trail=_trail_of(person), back=person, context=person)


@allow("people.edit", of=Appointment)
def appointment_end(request, appointment):
    """End an appointment and start the next one the day after."""
    person, form = appointment.person, MoveOnForm(request.POST or None)
    if form.is_valid():
        last_day, following = form.cleaned_data["last_day"], form.next_appointment()
        try:
            operations.move_on(appointment, last_day=last_day, next_appointment=following, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(
                request, f"{person}: {appointment.title} ended{', ' + following.title if following else ''}."
            )
            return redirect(person)
    context = {"form": form, "title": f"{person}: end as {appointment.title}", "trail": _trail_of(person)}
    context |= {"back": resolve_url(person), "save": "End and go on"}
    return render(request, f"{ROOM}/form.html", context)


@allow("people.edit", of=Appointment)
def appointment_delete(request, appointment):
    """Take out an appointment that was recorded by mistake."""
    return _delete_page(request, appointment, trail=_trail_of(appointment.person), after=appointment.person)


@allow("people.edit", of=Person)
def alias_add(request, person):
    """Another spelling under which papers name this person."""
    form = AliasForm(request.POST or None, instance=PersonAlias(person=person))
    title = f"Add another spelling of {person}"
    return _form_page(request, form, title=title, trail=_trail_of(person), back=person, context=person)


@allow("people.edit", of=PersonAlias)
def alias_edit(request, alias):
    """Correct another spelling."""
    person, form = alias.person, AliasForm(request.POST or None, instance=alias)
    title = f"Change another spelling of {person}"
    return _form_page(request, form, title=title, trail=_trail_of(person), back=person, context=person)


@allow("people.edit", of=PersonAlias)
def alias_delete(request, alias):
    """Take out another spelling."""
    words = ", ".join(part for part in (alias.name, alias.printed_post, str(alias.year or "")) if part)
    return _delete_page(request, alias, trail=_trail_of(alias.person), after=alias.person, words=words)


@allow("people.edit", of=Person)
def person_delete(request, person):
    """Take out a person whom nothing refers to."""
    return _delete_page(request, person, trail=_trail_of(person), after="people")


# --- organisations and posts -----------------------------------------------------------------------------------------


@allow("people.view")
def organisations(request):
    """Every body, with how many people are in post there today. The page of one gathers from every room: dashboards."""
    search = OrganisationSearchForm(request.GET or None)
    wanted = search.cleaned_data if search.is_valid() else {}
    found = Organisation.objects.in_list(wanted.get("q", ""), wanted.get("kind", "")).with_numbers(today())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"search": search, "page": page, "wanted": wanted, "narrowed": any(wanted.values())}
    return render(request, f"{ROOM}/organisations.html", context)


@allow("people.edit")
def organisation_add(request):
    """A new body."""
    form = OrganisationForm(request.POST or None)
    return _form_page(request, form, title="Add an organisation", trail=_trail("people", "organisations"))


@allow("people.edit", of=Organisation)
def organisation_edit(request, organisation):
    """Another name, kind or website."""
    form = OrganisationForm(request.POST or None, instance=organisation)
    trail = _trail_of(organisation)
    return _form_page(request, form, title=f"Change {organisation}", trail=trail, back=organisation)


@allow("people.edit", of=Organisation)
def organisation_delete(request, organisation):
    """Take out a body that nothing refers to."""
    return _delete_page(request, organisation, trail=_trail_of(organisation), after="organisations")


@allow("identifiers.edit", of=Organisation)
def identifier_add(request, organisation):
    """The number of a body in a public list of charities, companies or councils."""
    form = IdentifierForm(request.POST or None, instance=Identifier(organisation=organisation))
    title, trail = f"Add a number of {organisation}", _trail_of(organisation)
    return _form_page(request, form, title=title, trail=trail, back=organisation, context=organisation)


@allow("identifiers.edit", of=Identifier)
def identifier_edit(request, identifier):
    """Correct the number of a body."""
    body, form = identifier.organisation, IdentifierForm(request.POST or None, instance=identifier)
    title, trail, delete = (
        f"Change a number of {body}",
        _trail_of(body),
        reverse("identifier-delete", args=[identifier.pk]),
    )
    return _form_page(request, form, title=title, trail=trail, back=body, context=body, delete=delete)


@allow("identifiers.edit", of=Identifier)
def identifier_delete(request, identifier):
    """Take out a number that is not that body's."""
    body = identifier.organisation
    return _delete_page(request, identifier, trail=_trail_of(body), after=body)


@allow("people.view")
def posts(request):
    """Every post with who holds it today, body by body."""
    context = {"posts": Post.objects.by_body().prefetch_related(Appointment.objects.as_holders(today()))}
    return render(request, f"{ROOM}/posts.html", context)


@allow("people.edit")
def post_add(request):
    """A new post; `?organisation=` chooses its body beforehand."""
    body = request.GET.get("organisation", "")
    initial = {"organisation": body} if body.isdecimal() else {}
    form = PostForm(request.POST or None, initial=initial)
    return _form_page(request, form, title="Add a post", trail=_trail("people", "posts"), back="posts")


@allow("people.edit", of=Post)
def post_edit(request, post):
    """Another title, short form, rank or body."""
    form = PostForm(request.POST or None, instance=post)
    delete = reverse("post-delete", args=[post.pk])
    trail = _trail("people", "posts")
    return _form_page(request, form, title=f"Change {post}", trail=trail, back="posts", delete=delete)


@allow("people.edit", of=Post)
def post_delete(request, post):
    """Take out a post that nobody ever held."""
    return _delete_page(request, post, trail=_trail("people", "posts"), after="posts")


# --- what the pages above share --------------------------------------------------------------------------------------


def _trail(*names):
    words = {"people": "People", "organisations": "Organisations", "posts": "Posts"}
    return [(words[name], reverse(name)) for name in names]


def _trail_of(record):
    lists = ("people", "organisations") if isinstance(record, Organisation) else ("people",)
    return [*_trail(*lists), (str(record), record.get_absolute_url())]


def _form_page(request, form, *, title, trail, back=None, context=None, delete=None):
    """Show the form; once it is right, save its record, say so and go to `back` (or to the record's own page)."""
    if form.is_valid():
        try:
            record = operations.save(form.instance, by=request.user, context=context, changed=form.changed_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, f"Saved: {record}.")
            return redirect(back or record)
    values = {"form": form, "title": title, "trail": trail, "back": resolve_url(back or trail[-1][1]), "delete": delete}
    return render(request, f"{ROOM}/form.html", values)


def _delete_page(request, record, *, trail, after, words=""):
    """Ask once; then delete, unless something refers to the record. `words` name it where its own do not suffice."""
    words, back = words or str(record), trail[-1][1]
    if request.method == "POST":
        try:
            operations.delete(record, by=request.user)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
            return redirect(back)
        messages.success(request, f"Deleted: {words}.")
        return redirect(after)
    return render(request, f"{ROOM}/delete.html", {"record": words, "trail": trail, "back": back})
