"""Addresses of funds and rounds, below /desk/grants/."""

from django.urls import path

from funding.desk import views

urlpatterns = [
    path("", views.funds, name="funding"),
    path("<int:pk>/", views.fund_page, name="fund"),
]
