"""Addresses of the responses to inspections, below /desk/."""

from django.urls import path

from scrutiny.inspections import response_views as views

urlpatterns = [
    path("inspections/<int:pk>/response/start/", views.response_start, name="response-start"),
    path("responses/<int:pk>/", views.response, name="response"),
    path("responses/<int:pk>/invitation/", views.response_invitation, name="response-invitation"),
    path("responses/<int:pk>/comments/", views.response_comments, name="response-comments"),
    path("responses/<int:pk>/answers/", views.response_answers, name="response-answers"),
    path("responses/<int:pk>/text/", views.response_text, name="response-text"),
    path("responses/<int:pk>/sign/", views.response_sign, name="response-sign"),
    path("responses/<int:pk>/reopen/", views.response_reopen, name="response-reopen"),
    path("responses/<int:pk>/letter/", views.response_letter, name="response-letter"),
    path("responses/<int:pk>/letter/off/", views.response_letter_off, name="response-letter-off"),
    path("responses/<int:pk>/dispatches/", views.response_dispatches, name="response-dispatches"),
    path("responses/<int:pk>/elsewhere/", views.response_elsewhere, name="response-elsewhere"),
    path("responses/<int:pk>/response.pdf", views.response_pdf, name="response-pdf"),
]
