"""Addresses of awards, payments and monitoring returns, below /desk/grants/."""

from django.urls import path

from funding.awards import return_views, views

urlpatterns = [
    path("rounds/<int:pk>/awards/make/", views.round_awards_make, name="round-awards-make"),
    path("awards/add/", views.award_add, name="award-add"),
    path("awards/<int:pk>/", views.award_page, name="award"),
    path("awards/<int:pk>/change/", views.award_change, name="award-change"),
    path("awards/<int:pk>/end/", views.award_end, name="award-end"),
    path("awards/<int:pk>/reopen/", views.award_reopen, name="award-reopen"),
    path("awards/<int:pk>/dossier.pdf", views.award_dossier, name="award-dossier"),
    path("awards/<int:pk>/pdf/", views.award_pdf, name="award-pdf"),
    path("awards/<int:pk>/payments/add/", views.payment_add, name="payment-add"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/cancel/", views.payment_cancel, name="payment-cancel"),
    path("awards/<int:pk>/returns/add/", return_views.return_add, name="return-add"),
    path("returns/", return_views.grant_returns, name="grant-returns"),
    path("returns.csv", return_views.grant_returns_csv, name="grant-returns-csv"),
    path("returns/<int:pk>/", return_views.monitoring_return, name="monitoring-return"),
    path("returns/<int:pk>/edit/", return_views.return_edit, name="return-edit"),
    path("returns/<int:pk>/receive/", return_views.return_receive, name="return-receive"),
    path("returns/<int:pk>/accept/", return_views.return_accept, name="return-accept"),
    path("returns/<int:pk>/waive/", return_views.return_waive, name="return-waive"),
    path("returns/<int:pk>/remind/", return_views.return_remind, name="return-remind"),
    path("returns/<int:pk>/file/", return_views.return_file, name="return-file"),
]
