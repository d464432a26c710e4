"""Addresses of the partnerships, below /desk/. The page of a network stands with those of the dashboards."""

from django.urls import path

from scrutiny.partnerships import event_views, merge_views, network_views

urlpatterns = [
    path("networks/", network_views.networks, name="networks"),
    path("networks.csv", network_views.networks_csv, name="networks-csv"),
    path("networks/add/", network_views.network_add, name="network-add"),
    path("networks/<int:pk>/edit/", network_views.network_edit, name="network-edit"),
    path("networks/<int:pk>/delete/", network_views.network_delete, name="network-delete"),
    path("networks/<int:pk>/members/add/", network_views.member_add, name="member-add"),
    path("networks/members/<int:pk>/", network_views.member_edit, name="member-edit"),
    path("networks/members/<int:pk>/delete/", network_views.member_delete, name="member-delete"),
    path("networks/<int:pk>/launches/add/", network_views.launch_add, name="launch-add"),
    path("networks/<int:pk>/launches/reopen/", network_views.launch_reopen, name="launch-reopen"),
    path("networks/launches/<int:pk>/", network_views.launch_edit, name="launch-edit"),
    path("networks/launches/<int:pk>/choose/", network_views.launch_choose, name="launch-choose"),
    path("networks/launches/<int:pk>/delete/", network_views.launch_delete, name="launch-delete"),
    path("networks/<int:pk>/agreements/add/", network_views.agreement_add, name="agreement-add"),
    path("networks/agreements/<int:pk>/", network_views.agreement_edit, name="agreement-edit"),
    path("networks/agreements/<int:pk>/file/", network_views.agreement_file, name="agreement-file"),
    path("networks/agreements/<int:pk>/delete/", network_views.agreement_delete, name="agreement-delete"),
    path("events/", event_views.events, name="events"),
    path("events.csv", event_views.events_csv, name="events-csv"),
    path("events/add/", event_views.event_add, name="event-add"),
    path("events/<int:pk>/", event_views.event, name="event"),
    path("events/<int:pk>/edit/", event_views.event_edit, name="event-edit"),
    path("events/<int:pk>/delete/", event_views.event_delete, name="event-delete"),
    path("events/<int:pk>/speakers/add/", event_views.speaker_add, name="speaker-add"),
    path("events/speakers/<int:pk>/", event_views.speaker_edit, name="speaker-edit"),
    path("events/speakers/<int:pk>/delete/", event_views.speaker_delete, name="speaker-delete"),
    path("funded-posts/", event_views.funded_posts, name="funded-posts"),
    path("funded-posts.csv", event_views.funded_posts_csv, name="funded-posts-csv"),
    path("funded-posts/add/", event_views.funded_post_add, name="funded-post-add"),
    path("funded-posts/<int:pk>/", event_views.funded_post, name="funded-post"),
    path("funded-posts/<int:pk>/edit/", event_views.funded_post_edit, name="funded-post-edit"),
    path("funded-posts/<int:pk>/delete/", event_views.funded_post_delete, name="funded-post-delete"),
    path("people/organisations/<int:pk>/merge/", merge_views.organisation_merge, name="organisation-merge"),
]
