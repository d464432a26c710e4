"""Addresses of the duties, below /desk/."""

from django.urls import path

from scrutiny.duties import views

urlpatterns = [
    path("", views.duties, name="duties"),
    path("duties.csv", views.duties_csv, name="duties-csv"),
    path("duties.pdf", views.duties_pdf, name="duties-pdf"),
    path("<int:pk>/", views.duty, name="duty"),
    path("<int:pk>/edit/", views.duty_edit, name="duty-edit"),
    path("<int:pk>/confirm/", views.duty_confirm, name="duty-confirm"),
    path("<int:pk>/confirmations/<int:confirmation>/take-back/", views.duty_take_back, name="duty-take-back"),
]
