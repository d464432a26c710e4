"""Addresses of the public site. They come last: below the fixed ones, whatever is published says where it stands."""

from django.urls import include, path, re_path

from scrutiny.publication import grants_views
from scrutiny.publication import public_views as views
from scrutiny.publication.search.views import public_search

# Any address of the record; the desk's own and the application form's are never among them.
PATH = r"(?P<path>(?!desk/|apply/|static/)[^/.][^.]*?)"
ABOVE_A_FILE = r"(?P<path>(?!desk/|apply/|static/)[^/.].*)"

urlpatterns = [
    path("", include("scrutiny.publication.machine.urls")),
    path("", views.front, name="front"),
    path("meetings/", views.meetings, name="public-meetings"),
    re_path(r"^meetings/(?P<year>[12]\d{3})/$", views.meetings, name="public-meetings-of-year"),
    path("reports/", views.reports, name="public-reports"),
    re_path(r"^reports/(?P<year>[12]\d{3})/$", views.reports, name="public-reports-of-year"),
    path("news/", views.news, name="public-news"),
    re_path(r"^news/(?P<year>[12]\d{3})/$", views.news, name="public-news-of-year"),
    path("decisions/", views.decisions, name="public-decisions"),
    path("actions/", views.actions, name="public-actions"),
    path("corrections/", views.corrections, name="public-corrections"),
    path("documents/", views.documents, name="public-documents"),
    path("plan/", views.plans, name="public-plan"),
    path("indicators/", views.indicators, name="public-indicators"),
    path("networks/", views.networks, name="public-networks"),
    path("letters/", views.letters, name="public-letters"),
    re_path(r"^letters/(?P<year>[12]\d{3})/$", views.letters, name="public-letters-of-year"),
    path("measures/", views.measures, name="public-measures"),
    path("inspections/", views.inspections, name="public-inspections"),
    path("grants/", grants_views.grants, name="public-grants"),
    path("grants/recipients/<slug:key>/", grants_views.recipient, name="public-grant-recipient"),
    path("grants/monthly/", grants_views.months, name="public-grant-months"),
    re_path(r"^grants/monthly/(?P<month>\d{4}-\d{2})/$", grants_views.month, name="public-grant-month"),
    path("search/", public_search, name="public-search"),
    path("documents/<slug:slug>/", views.below_documents, name="public-class"),
    re_path(rf"^{PATH}/v(?P<major>\d{{1,4}})\.(?P<minor>\d{{1,4}})/$", views.version, name="public-version"),
    re_path(rf"^{PATH}/versions/$", views.versions, name="public-versions"),
    re_path(rf"^{PATH}/items/(?P<slug>[^/.]+)/$", views.item, name="public-item"),
    re_path(rf"^{PATH}/$", views.document, name="public-document"),
    re_path(rf"^{ABOVE_A_FILE}/(?P<name>[^/]+\.[a-z0-9]{{2,5}})$", views.file, name="public-file"),
]
