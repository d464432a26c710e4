"""Addresses of the register of corrections, below /desk/corrections/."""

from django.urls import path

from scrutiny.minutes import correction_views as views

urlpatterns = [
    path("", views.corrections_page, name="corrections"),
    path("corrections.csv", views.corrections_csv, name="corrections-csv"),
    path("<int:pk>/", views.correction, name="correction"),
    path("<int:pk>/edit/", views.correction_edit, name="correction-edit"),
    path("<int:pk>/confirm/", views.correction_confirm, name="correction-confirm"),
    path("<int:pk>/figure/", views.correction_figure, name="correction-figure"),
    path("<int:pk>/apply/", views.correction_apply, name="correction-apply"),
    path("<int:pk>/take-back/", views.correction_take_back, name="correction-take-back"),
]
