"""Addresses of the news, below /desk/news/."""

from django.urls import path

from scrutiny.news import piece_views, views

urlpatterns = [
    path("", views.news, name="news"),
    path("add/", views.release_add, name="release-add"),
    path("<int:pk>/", views.release, name="release"),
    path("<int:pk>/edit/", views.release_edit, name="release-edit"),
    path("<int:pk>/links/", views.release_links, name="release-links"),
    path("<int:pk>/approve/", views.release_approve, name="release-approve"),
    path("<int:pk>/reopen/", views.release_reopen, name="release-reopen"),
    path("<int:pk>/correct/", views.release_correct, name="release-correct"),
    path("<int:pk>/delete/", views.release_delete, name="release-delete"),
    path("<int:pk>/release.pdf", views.release_pdf, name="release-pdf"),
    path("<int:pk>/files/<str:picture>", views.release_file, name="release-file"),
    path("<int:pk>/pieces/add/<slug:what>/", piece_views.piece_add, name="piece-add"),
    path("<int:pk>/pictures/add/", piece_views.picture_add, name="picture-add"),
    path("pieces/<int:pk>/", piece_views.piece_edit, name="piece-edit"),
    path("pieces/<int:pk>/move/", piece_views.piece_move, name="piece-move"),
    path("pieces/<int:pk>/delete/", piece_views.piece_delete, name="piece-delete"),
]
