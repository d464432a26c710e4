"""Addresses of the grants, below /desk/grants/."""

from django.urls import path

from funding import views

urlpatterns = [
    path("grants/", views.funds, name="funding"),
    path("grants/<int:pk>/", views.fund_page, name="fund"),
]
