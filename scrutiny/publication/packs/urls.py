"""Addresses of the packs of a meeting, below /desk/meetings/."""

from django.urls import path

from scrutiny.publication.packs import views

urlpatterns = [
    path("<int:pk>/pack/", views.pack, name="pack"),
    path("<int:pk>/pack/publish/", views.pack_publish, name="pack-publish"),
    path("<int:pk>/pack/private.pdf", views.pack_private_pdf, name="pack-private-pdf"),
]
