"""Addresses for signing in and out and for one's own password."""

from django.urls import path

from opcc_portal.accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/and-go-on/", views.sign_in_and_go_on, name="sign-in-go-on"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/change/", views.change_password, name="password-change"),
    # Django's own views and mails know these four by their names.
    path("password/reset/", views.cannot_sign_in, name="password_reset"),
    path("password/reset/sent/", views.link_sent, name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", views.choose_password, name="password_reset_confirm"),
    path("password/reset/done/", views.password_chosen, name="password_reset_complete"),
]
