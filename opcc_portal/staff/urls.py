"""Addresses of the accounts, below /desk/."""

from django.urls import path

from opcc_portal.staff import views

urlpatterns = [
    path("settings/users/", views.users, name="users"),
    path("settings/users/add/", views.user_add, name="user-add"),
    path("settings/users/<int:pk>/", views.user_edit, name="user-edit"),
    path("settings/users/<int:pk>/deactivate/", views.user_deactivate, name="user-deactivate"),
    path("settings/users/<int:pk>/reactivate/", views.user_reactivate, name="user-reactivate"),
    path("settings/users/<int:pk>/send-link/", views.user_send_link, name="user-send-link"),
]
