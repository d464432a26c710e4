"""Addresses of the letters, below /desk/letters/."""

from django.urls import path

from scrutiny.letters import views

urlpatterns = [
    path("", views.letters, name="letters"),
    path("letters.csv", views.letters_csv, name="letters-csv"),
    path("add/", views.letter_add, name="letter-add"),
    path("<int:pk>/", views.letter, name="letter"),
    path("<int:pk>/edit/", views.letter_edit, name="letter-edit"),
    path("<int:pk>/send/", views.letter_send, name="letter-send"),
    path("<int:pk>/delete/", views.letter_delete, name="letter-delete"),
    path("<int:pk>/letter.pdf", views.letter_pdf, name="letter-pdf"),
    path("<int:pk>/signature/", views.letter_signature, name="letter-signature"),
    path("<int:pk>/enclosures/<int:enclosure>/", views.letter_enclosure, name="letter-enclosure"),
]
