"""Address of private notes, below /desk/notes/. Which record is meant stands in the query: ?about=scrutiny.meeting:7."""

from django.urls import path

from scrutiny.workflow import note_views

urlpatterns = [path("", note_views.private_note, name="private-note")]
