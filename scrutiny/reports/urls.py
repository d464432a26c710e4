"""Addresses of reports and paper requests, below /desk/reports/."""

from django.urls import path

from scrutiny.reports import request_views, views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("add/", views.report_add, name="report-add"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/heading/", views.report_heading, name="report-heading"),
    path("<int:pk>/review/", views.report_review, name="report-review"),
    path("<int:pk>/sign/office/", views.sign_for_office, name="report-sign-office"),
    path("<int:pk>/sign/force/", views.sign_for_force, name="report-sign-force"),
    path("<int:pk>/changes/<int:sign_off>/", views.report_changes, name="report-changes"),
    path("<int:pk>/preview/", views.report_preview, name="report-preview"),
    path("<int:pk>/report.pdf", views.report_pdf, name="report-pdf"),
    path("<int:pk>/delete/", views.report_delete, name="report-delete"),
    path("<int:pk>/comments/", views.report_comment, name="report-comment"),
    path("<int:pk>/comments/<int:comment>/settle/", views.comment_settle, name="comment-settle"),
    path("<int:pk>/checkers/", views.checker_add, name="checker-add"),
    path("<int:pk>/checkers/<int:user>/drop/", views.checker_drop, name="checker-drop"),
    path("<int:pk>/sections/add/", views.section_add, name="section-add"),
    path("sections/<int:pk>/", views.section_edit, name="section-edit"),
    path("sections/<int:pk>/move/", views.section_move, name="section-move"),
    path("sections/<int:pk>/delete/", views.section_delete, name="section-delete"),
    path("sections/<int:pk>/history/", views.section_history, name="section-history"),
    path("<int:pk>/attachments/add/", views.attachment_add, name="attachment-add"),
    path("<int:pk>/attachments/<int:held>/file/", views.attachment_file, name="attachment-file"),
    path("attachments/<int:pk>/", views.attachment_edit, name="attachment-edit"),
    path("attachments/<int:pk>/delete/", views.attachment_delete, name="attachment-delete"),
    path("requests/meeting/<int:pk>/", request_views.paper_requests, name="paper-requests"),
    path("requests/meeting/<int:pk>/add/", request_views.request_add, name="request-add"),
    path("requests/<int:pk>/", request_views.paper_request, name="paper-request"),
    path("requests/<int:pk>/edit/", request_views.request_edit, name="request-edit"),
    path("requests/<int:pk>/write/", request_views.request_write, name="request-write"),
    path("requests/<int:pk>/hand-in/", request_views.request_hand_in, name="request-hand-in"),
    path("requests/<int:pk>/withdraw/", request_views.request_withdraw, name="request-withdraw"),
    path("requests/<int:pk>/file/", request_views.request_file, name="request-file"),
]
