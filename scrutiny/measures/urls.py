"""Addresses of the measures, below /desk/measures/."""

from django.urls import path

from scrutiny.measures import views

urlpatterns = [
    path("", views.measures, name="measures"),
    path("add/", views.statement_add, name="measures-statement-add"),
    path("<int:pk>/", views.statement, name="measures-statement"),
    path("<int:pk>/edit/", views.statement_edit, name="measures-statement-edit"),
    path("<int:pk>/sign/", views.statement_sign, name="measures-statement-sign"),
    path("<int:pk>/reopen/", views.statement_reopen, name="measures-statement-reopen"),
    path("<int:pk>/delete/", views.statement_delete, name="measures-statement-delete"),
    path("sets/add/", views.measure_set_add, name="measure-set-add"),
    path("sets/<int:pk>/", views.measure_set, name="measure-set"),
    path("sets/<int:pk>/edit/", views.measure_set_edit, name="measure-set-edit"),
]
