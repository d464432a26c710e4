"""Addresses of the machine forms: the page's own address with another ending. They come before the pages."""

from django.urls import path, re_path

from scrutiny.publication import grants_views
from scrutiny.publication.machine import views
from scrutiny.publication.verify_views import verify

_PATH = r"(?P<path>(?!desk/|apply/)[^/.][^.]*?)"

urlpatterns = [
    path("index.json", views.home, name="public-home-json"),
    path("verify/", verify, name="public-verify"),
    path("data/", views.data, name="public-data"),
    path("feed.atom", views.feed, name="public-feed"),
    path("corrections/feed.atom", views.corrections_feed, name="public-corrections-feed"),
    path("news/feed.atom", views.news_feed, name="public-news-feed"),
    path("grants/feed.atom", grants_views.feed, name="public-grants-feed"),
    re_path(r"^grants/monthly/(?P<month>\d{4}-\d{2})\.csv$", grants_views.month_table, name="public-grant-month-csv"),
    path("meetings.ics", views.meetings_calendar, name="public-calendar"),
    path("grants/360giving.json", views.grants_json, name="public-grants-json"),
    path("grants/360giving.csv", views.grants_csv, name="public-grants-csv"),
    path("sitemap.xml", views.sitemap, name="public-sitemap"),
    path("robots.txt", views.robots, name="public-robots"),
    re_path(
        r"^(?P<name>actions|corrections|decisions|duties|indicators|inspections|meetings|recommendations)\.csv$",
        views.table,
        name="public-table",
    ),
    re_path(r"^(?P<name>letters|meetings|news|reports)\.json$", views.listed, name="public-list-json"),
    re_path(
        r"^(?P<name>letters|meetings|news|reports)/(?P<year>[12]\d{3})\.json$", views.listed, name="public-year-json"
    ),
    re_path(
        r"^(?P<name>actions|corrections|decisions|documents|indicators|inspections|plan)\.json$",
        views.register,
        name="public-register-json",
    ),
    path("documents/<slug:slug>.json", views.below_documents, name="public-class-json"),
    re_path(rf"^{_PATH}/v(?P<major>\d{{1,4}})\.(?P<minor>\d{{1,4}})\.json$", views.version, name="public-version-json"),
    re_path(rf"^{_PATH}/versions\.json$", views.versions, name="public-versions-json"),
    re_path(rf"^{_PATH}/items/(?P<slug>[^/.]+)\.json$", views.item, name="public-item-json"),
    re_path(rf"^(?!.*/files/){_PATH}\.json$", views.document, name="public-document-json"),
    re_path(rf"^(?!.*/files/){_PATH}\.csv$", views.figures, name="public-figures"),
]
