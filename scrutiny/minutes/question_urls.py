"""Addresses of the questions, below /desk/questions/."""

from django.urls import path

from scrutiny.minutes import question_views

urlpatterns = [
    path("", question_views.question_list, name="questions"),
    path("questions.csv", question_views.questions_csv, name="questions-csv"),
    path("<int:pk>/", question_views.question, name="question"),
    path("<int:pk>/status/", question_views.question_status, name="question-status"),
]
