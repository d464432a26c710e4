"""Pages of events with their speakers, and of posts and teams that somebody pays for."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from opcc_portal.accounts.permissions import allow
from opcc_portal.audit.operations import lines_about
from opcc_portal.office.dates import today
from scrutiny.partnerships import operations
from scrutiny.partnerships.forms import EventFilter, EventForm, FundedPostFilter, FundedPostForm, SpeakerForm
from scrutiny.partnerships.models import Event, FundedPost, Network, Speaker
from scrutiny.partnerships.pages import EVENTS, POSTS, ROOM, delete_page, form_page, trail
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.forms import whole_number

A_PAGE = 50
EVENT_HEADINGS = ["Event", "When", "Venue", "Network", "Hosts", "How many came", "Who came", "Speakers", "Source"]
POST_HEADINGS = [
    "Title", "Kind", "Where it works", "Who pays", "Programme", "Network", "From", "Until", "A year, in pounds", "Source",
]  # fmt: skip


def _network_asked_for(request):
    return Network.objects.filter(pk=whole_number(request.GET.get("network"))).first()


# --- events -------------------------------------------------------------------------------------------------------------


def _events(request):
    filters = EventFilter(request.GET)
    return filters, filters.narrow(Event.objects.select_related("network__organisation"))


@allow("partnerships.view")
def events(request):
    """Every event, the newest first."""
    filters, found = _events(request)
    page = Paginator(found.prefetch_related("speakers"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{ROOM}/events.html", {"filters": filters, "page": page})


@allow("partnerships.view")
def events_csv(request):
    """The list as it is filtered, whole, as a file for spreadsheets."""
    _, found = _events(request)
    rows = map(_event_row, found.prefetch_related("speakers", "hosts"))
    return csv_response(name="events", headings=EVENT_HEADINGS, rows=rows)


def _event_row(event):
    hosts, spoke = ("; ".join(map(str, each)) for each in (event.hosts.all(), event.speakers.all()))
    where = (event.as_text, event.venue, event.network, hosts)
    return [event.title, *where, event.attendance, event.audience, spoke, event.source]


@allow("partnerships.view", of=Event)
def event(request, event):
    """One event: when, where, who spoke, who came, and the news about it."""
    news = event.news.order_by("-date", "-pk") if request.user.has_perm("news.view") else ()
    context = {
        "event": event,
        "hosts": event.hosts.all(),
        "speakers": event.speakers.select_related("person", "organisation"),
        "news": news,  # the reverse side of what the news room keeps
        "lines": lines_about(event),
        "trail": trail(EVENTS),
    }
    return render(request, f"{ROOM}/event.html", context)


def _event_page(request, form, *, title, way, back, delete=""):
    def act(form):
        given = {"seen": form.cleaned_data["seen"], "changed": form.changed_data}
        return operations.save_event(form.instance, hosts=form.cleaned_data["hosts"], by=request.user, **given)

    return form_page(request, form, act, title=title, way=way, back=back, delete=delete)


@allow("partnerships.edit")
def event_add(request):
    """A new event; `?network=` chooses its network beforehand."""
    form = EventForm(request.POST or None, initial={"network": _network_asked_for(request)})
    return _event_page(request, form, title="Add an event", way=trail(EVENTS), back=None)


@allow("partnerships.edit", of=Event)
def event_edit(request, event):
    """Correct the facts of an event."""
    form, delete = EventForm(request.POST or None, instance=event), reverse("event-delete", args=[event.pk])
    title = f"Change {event}"
    return _event_page(request, form, title=title, way=trail(EVENTS, event), back=event, delete=delete)


@allow("partnerships.edit", of=Event)
def event_delete(request, event):
    """Take out an event that was listed by mistake."""
    return delete_page(request, event, way=trail(EVENTS, event), after="events", why="Its speakers go with it.")


def _speaker_page(request, speaker, *, title, delete=""):
    form, event = SpeakerForm(request.POST or None, instance=speaker), speaker.event

    def act(form):
        given = {"seen": form.cleaned_data["seen"], "changed": form.changed_data}
        return operations.save_speaker(form.instance, by=request.user, **given)

    return form_page(request, form, act, title=title, way=trail(EVENTS, event), back=event, delete=delete)


@allow("partnerships.edit", of=Event)
def speaker_add(request, event):
    """Somebody spoke."""
    return _speaker_page(request, Speaker(event=event), title="Add a speaker")


@allow("partnerships.edit", of=Speaker)
def speaker_edit(request, speaker):
    """Correct a name or a post."""
    delete = reverse("speaker-delete", args=[speaker.pk])
    return _speaker_page(request, speaker, title="Change a speaker", delete=delete)


@allow("partnerships.edit", of=Speaker)
def speaker_delete(request, speaker):
    """Take out somebody who did not speak."""
    event = speaker.event
    return delete_page(request, speaker, way=trail(EVENTS, event), after=event, context=event)


# --- funded posts ---------------------------------------------------------------------------------------------------------


def _posts(request):
    filters = FundedPostFilter(request.GET)
    return filters, filters.narrow(FundedPost.objects.select_related(*FundedPost.LOADED_WITH))


@allow("partnerships.view")
def funded_posts(request):
    """Every post and team that the office or a programme pays for."""
    filters, found = _posts(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, f"{ROOM}/funded_posts.html", {"filters": filters, "page": page})


@allow("partnerships.view")
def funded_posts_csv(request):
    """The list as it is filtered, whole, as a file for spreadsheets."""
    _, found = _posts(request)
    return csv_response(name="funded posts", headings=POST_HEADINGS, rows=map(_post_row, found))


def _post_row(post):
    money = (post.organisation, post.funder, post.programme, post.network)
    return [post.title, post.get_kind_display(), *money, post.starts, post.ends, post.amount, post.source]


@allow("partnerships.view", of=FundedPost)
def funded_post(request, post):
    """One post or team: where it works, who pays, what for."""
    ended = post.ends is not None and post.ends < today()
    context = {"post": post, "ended": ended, "lines": lines_about(post), "trail": trail(POSTS)}
    return render(request, f"{ROOM}/funded_post.html", context)


def _post_page(request, form, *, title, way, back, delete=""):
    def act(form):
        given = {"seen": form.cleaned_data["seen"], "changed": form.changed_data}
        return operations.save(form.instance, context=form.instance.network, by=request.user, **given)

    return form_page(request, form, act, title=title, way=way, back=back, delete=delete)


@allow("partnerships.edit")
def funded_post_add(request):
    """A new funded post; `?network=` chooses its network beforehand."""
    form = FundedPostForm(request.POST or None, initial={"network": _network_asked_for(request)})
    return _post_page(request, form, title="Add a funded post or team", way=trail(POSTS), back=None)


@allow("partnerships.edit", of=FundedPost)
def funded_post_edit(request, post):
    """Another body, sum or end."""
    form, delete = FundedPostForm(request.POST or None, instance=post), reverse("funded-post-delete", args=[post.pk])
    return _post_page(request, form, title=f"Change {post}", way=trail(POSTS, post), back=post, delete=delete)


@allow("partnerships.edit", of=FundedPost)
def funded_post_delete(request, post):
    """Take out a post that was listed by mistake."""
    return delete_page(request, post, way=trail(POSTS, post), after="funded-posts")
