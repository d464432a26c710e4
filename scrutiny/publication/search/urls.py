"""The address of the staff's search; the public one stands with the public pages."""

from django.urls import path

from scrutiny.publication.search import views

urlpatterns = [path("search/", views.search, name="search")]
