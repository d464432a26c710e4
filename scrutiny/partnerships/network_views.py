"""Pages of networks: the list, and everything that is changed about one. Its own page gathers from every room: see
dashboards.network_views.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opcc_portal.accounts.permissions import allow
from opcc_portal.files.operations import serve
from opcc_portal.office.dates import today
from scrutiny.partnerships import operations
from scrutiny.partnerships.forms import AgreementForm, ChooseForm, LaunchForm, MemberForm, NetworkFilter, NetworkForm
from scrutiny.partnerships.launching import began
from scrutiny.partnerships.models import Agreement, Launch, Membership, Network
from scrutiny.partnerships.pages import NETWORKS, ROOM, delete_page, form_page, trail
from scrutiny.people.models import Organisation
from scrutiny.register.csv_file import csv_response
from scrutiny.workflow.forms import whole_number

A_PAGE = 50
HEADINGS = ["Network", "Short form", "Level", "Priority", "Began", "Sources disagree", "Ended on", "Members now"]


# --- the list -------------------------------------------------------------------------------------------------------------


def _filtered(request):
    """The filter, and the networks that it leaves, each with how many belong to it today."""
    filters, day = NetworkFilter(request.GET), today()
    at_work = Q(memberships__ends=None) | Q(memberships__ends__gte=day)
    begun = Q(memberships__starts=None) | Q(memberships__starts__lte=day)
    found = filters.narrow(Network.objects.select_related("organisation", "priority"))
    found = found.annotate(members=Count("memberships", filter=at_work & begun)).prefetch_related("launches")
    found = found.order_by("organisation__name")  # counting takes the usual order away
    return filters, found


def _with_launch(networks):
    for network in networks:
        network.began = began(network.launches.all())
    return networks


@allow("partnerships.view")
def networks(request):
    """Every network, by name, with when it began and how many belong to it."""
    filters, found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = _with_launch(list(page.object_list))
    return render(request, f"{ROOM}/networks.html", {"filters": filters, "page": page, "today": today()})


@allow("partnerships.view")
def networks_csv(request):
    """The list as it is filtered, whole, as a file for spreadsheets."""
    _, found = _filtered(request)
    return csv_response(name="networks", headings=HEADINGS, rows=map(_row, _with_launch(list(found))))


def _row(network):
    body, launch = network.organisation, network.began
    words = (network.get_level_display(), network.priority, launch.in_words, "Yes" if launch.is_open else "No")
    return [body.name, body.short_name, *words, network.ended_on, network.members]


# --- one network ------------------------------------------------------------------------------------------------------------


def _save_network(request):
    def act(form):
        seen, changed = form.cleaned_data["seen"], form.changed_data
        return operations.save_network(form.instance, **form.body, seen=seen, changed=changed, by=request.user)

    return act


@allow("partnerships.edit")
def network_add(request):
    """A new network; `?organisation=` makes one of a body that is listed already."""
    body = Organisation.objects.filter(pk=whole_number(request.GET.get("organisation"))).first()
    initial = {"name": body.name, "short_name": body.short_name, "website": body.website} if body else {}
    form = NetworkForm(request.POST or None, initial=initial)
    way = trail(NETWORKS)
    return form_page(request, form, _save_network(request), title="Add a network", way=way, back=None)


@allow("partnerships.edit", of=Network)
def network_edit(request, network):
    """Another name, level, purpose or end."""
    form, way = NetworkForm(request.POST or None, instance=network), trail(NETWORKS, network)
    delete = reverse("network-delete", args=[network.pk])
    title = f"Change {network}"
    return form_page(request, form, _save_network(request), title=title, way=way, back=network, delete=delete)


@allow("partnerships.edit", of=Network)
def network_delete(request, network):
    """Take out a network that was made by mistake; the organisation stays."""
    why = "Its members, launch sources and agreements go with it. The organisation stays listed under People."
    return delete_page(request, network, way=trail(NETWORKS, network), after="networks", why=why)


# --- what belongs to a network ------------------------------------------------------------------------------------------------


def _part_page(request, form, *, title, delete=""):
    """The form of something that belongs to a network."""
    network = form.instance.network

    def act(form):
        seen, changed = form.cleaned_data["seen"], form.changed_data
        return operations.save(form.instance, seen=seen, changed=changed, context=network, by=request.user)

    return form_page(request, form, act, title=title, way=trail(NETWORKS, network), back=network, delete=delete)


def _delete_part(request, record):
    network = record.network
    return delete_page(request, record, way=trail(NETWORKS, network), after=network, context=network)


@allow("partnerships.edit", of=Network)
def member_add(request, network):
    """Somebody or some body joins."""
    form = MemberForm(request.POST or None, instance=Membership(network=network))
    return _part_page(request, form, title="Add a member")


@allow("partnerships.edit", of=Membership)
def member_edit(request, member):
    """Another part, post or day."""
    form = MemberForm(request.POST or None, instance=member)
    return _part_page(request, form, title="Change a member", delete=reverse("member-delete", args=[member.pk]))


@allow("partnerships.edit", of=Membership)
def member_delete(request, member):
    """Take out a member who was listed by mistake."""
    return _delete_part(request, member)


@allow("partnerships.edit", of=Network)
def launch_add(request, network):
    """Another source that says when the network began."""
    form = LaunchForm(request.POST or None, instance=Launch(network=network))
    return _part_page(request, form, title="Add a source for the launch")


@allow("partnerships.edit", of=Launch)
def launch_edit(request, launch):
    """Correct what a source says."""
    form = LaunchForm(request.POST or None, instance=launch)
    delete = reverse("launch-delete", args=[launch.pk])
    return _part_page(request, form, title="Change a source for the launch", delete=delete)


@allow("partnerships.edit", of=Launch)
def launch_delete(request, launch):
    """Take out a source that says nothing of it."""
    return _delete_part(request, launch)


@allow("partnerships.edit", of=Launch)
def launch_choose(request, launch):
    """Decide that this source is right, and say why."""
    form, network = ChooseForm(request.POST or None, instance=launch), launch.network

    def act(form):
        because, seen = form.cleaned_data["chosen_because"], form.cleaned_data["seen"]
        return operations.choose_launch(launch, because=because, seen=seen, by=request.user)

    title, way = f"Decide for {launch.in_words}", trail(NETWORKS, network)
    hint = f"{launch.source}. What the other sources say stays, and is published beside it."
    return form_page(request, form, act, title=title, way=way, back=network, save="Decide for this one", hint=hint)


@allow("partnerships.edit", of=Network)
@require_POST
def launch_reopen(request, network):
    """Take the decision back."""
    operations.reopen_launch(network, by=request.user)
    messages.success(request, "All sources stand again; none is decided for.")
    return redirect(network)


# --- agreements -----------------------------------------------------------------------------------------------------------------


def _agreement_page(request, agreement, *, title, delete=""):
    network = agreement.network
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AgreementForm(*given, instance=agreement)

    def act(form):
        if not form.receive(request.user):
            return None
        if form.upload:
            form.instance.upload = form.upload
        seen, changed = form.cleaned_data["seen"], form.changed_data
        return operations.save(form.instance, seen=seen, changed=changed, context=network, by=request.user)

    return form_page(request, form, act, title=title, way=trail(NETWORKS, network), back=network, delete=delete)


@allow("partnerships.edit", of=Network)
def agreement_add(request, network):
    """What the members signed."""
    return _agreement_page(request, Agreement(network=network), title="Add an agreement")


@allow("partnerships.edit", of=Agreement)
def agreement_edit(request, agreement):
    """Another title, day, signatory or file."""
    delete = reverse("agreement-delete", args=[agreement.pk])
    return _agreement_page(request, agreement, title="Change an agreement", delete=delete)


@allow("partnerships.edit", of=Agreement)
def agreement_delete(request, agreement):
    """Take out an agreement that was listed by mistake."""
    return _delete_part(request, agreement)


@allow("partnerships.view", of=Agreement)
def agreement_file(request, agreement):
    """The agreement as a file."""
    if agreement.upload is None:
        raise Http404
    return serve(agreement.upload)
