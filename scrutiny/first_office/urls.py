"""The address at which a new portal is opened."""

from django.urls import path

from scrutiny.first_office import views

urlpatterns = [path("first-office/", views.first_office, name="first-office")]
