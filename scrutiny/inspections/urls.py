"""Addresses of the inspections, below /desk/."""

from django.urls import include, path

from scrutiny.inspections import recommendation_views, views

urlpatterns = [
    path("inspections/", views.inspection_list, name="inspections"),
    path("inspections/inspections.csv", views.inspections_csv, name="inspections-csv"),
    path("inspections/add/", views.inspection_add, name="inspection-add"),
    path("inspections/<int:pk>/", views.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", views.inspection_edit, name="inspection-edit"),
    path("inspections/<int:pk>/delete/", views.inspection_delete, name="inspection-delete"),
    path("inspections/<int:pk>/report/", views.inspection_file, name="inspection-file"),
    path(
        "inspections/<int:pk>/recommendations/add/",
        recommendation_views.recommendations_add,
        name="recommendations-add",
    ),
    path("recommendations/", recommendation_views.recommendation_list, name="recommendations"),
    path("recommendations/recommendations.csv", recommendation_views.recommendations_csv, name="recommendations-csv"),
    path("recommendations/<int:pk>/", recommendation_views.recommendation, name="recommendation"),
    path("recommendations/<int:pk>/status/", recommendation_views.recommendation_status, name="recommendation-status"),
    path(
        "recommendations/<int:pk>/evidence/<int:change>/",
        recommendation_views.recommendation_evidence,
        name="recommendation-evidence",
    ),
    path("recommendations/<int:pk>/links/", recommendation_views.recommendation_links, name="recommendation-links"),
    path("recommendations/<int:pk>/edit/", recommendation_views.recommendation_edit, name="recommendation-edit"),
    path("recommendations/<int:pk>/delete/", recommendation_views.recommendation_delete, name="recommendation-delete"),
    path("", include("scrutiny.inspections.response_urls")),
]
