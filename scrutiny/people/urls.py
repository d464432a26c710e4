"""Addresses of the people, below /desk/people/."""

from django.urls import path

from scrutiny.people import views

urlpatterns = [
    path("", views.people, name="people"),
    path("add/", views.person_add, name="person-add"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.person_edit, name="person-edit"),
    path("<int:pk>/delete/", views.person_delete, name="person-delete"),
    path("<int:pk>/appointments/add/", views.appointment_add, name="appointment-add"),
    path("appointments/<int:pk>/", views.appointment_edit, name="appointment-edit"),
    path("appointments/<int:pk>/end/", views.appointment_end, name="appointment-end"),
    path("appointments/<int:pk>/delete/", views.appointment_delete, name="appointment-delete"),
    path("<int:pk>/aliases/add/", views.alias_add, name="alias-add"),
    path("aliases/<int:pk>/", views.alias_edit, name="alias-edit"),
    path("aliases/<int:pk>/delete/", views.alias_delete, name="alias-delete"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", views.organisation_add, name="organisation-add"),
    path("organisations/<int:pk>/edit/", views.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/delete/", views.organisation_delete, name="organisation-delete"),
    path("organisations/<int:pk>/identifiers/add/", views.identifier_add, name="identifier-add"),
    path("identifiers/<int:pk>/", views.identifier_edit, name="identifier-edit"),
    path("identifiers/<int:pk>/delete/", views.identifier_delete, name="identifier-delete"),
    path("posts/", views.posts, name="posts"),
    path("posts/add/", views.post_add, name="post-add"),
    path("posts/<int:pk>/", views.post_edit, name="post-edit"),
    path("posts/<int:pk>/delete/", views.post_delete, name="post-delete"),
]
