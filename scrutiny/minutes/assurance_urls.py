"""Address of the register of assurance, /desk/assurance/."""

from django.urls import path

from scrutiny.minutes import assurance_views

urlpatterns = [
    path("", assurance_views.assurance, name="assurance"),
]
