"""Addresses of questions from the public, below /desk/public-questions/."""

from django.urls import path

from scrutiny.minutes import public_question_views as views

urlpatterns = [
    path("", views.public_questions, name="public-questions"),
    path("add/", views.public_question_add, name="public-question-add"),
    path("<int:pk>/", views.public_question, name="public-question"),
    path("<int:pk>/edit/", views.public_question_edit, name="public-question-edit"),
    path("<int:pk>/use/", views.public_question_use, name="public-question-use"),
    path("<int:pk>/answer/", views.public_question_answer, name="public-question-answer"),
    path("<int:pk>/decline/", views.public_question_decline, name="public-question-decline"),
    path("<int:pk>/reopen/", views.public_question_reopen, name="public-question-reopen"),
]
