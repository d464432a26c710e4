"""Addresses of the indicators, below /desk/."""

from django.urls import path

from scrutiny.indicators import settings_views, views

urlpatterns = [
    path("indicators/", views.indicator_list, name="indicators"),
    path("indicators/indicators.csv", views.indicators_csv, name="indicators-csv"),
    path("indicators/add/", settings_views.indicator_add, name="indicator-add"),
    path("indicators/entry/", views.figures_entry, name="figures-entry"),
    path("indicators/areas/", settings_views.areas, name="areas"),
    path("indicators/areas/add/", settings_views.area_add, name="area-add"),
    path("indicators/areas/<int:pk>/edit/", settings_views.area_edit, name="area-edit"),
    path("indicators/areas/<int:pk>/population/", settings_views.population_add, name="population-add"),
    path("indicators/populations/<int:pk>/", settings_views.population_edit, name="population-edit"),
    path("indicators/groups/add/", settings_views.comparator_group_add, name="comparator-group-add"),
    path("indicators/groups/<int:pk>/edit/", settings_views.comparator_group_edit, name="comparator-group-edit"),
    path("indicators/groups/<int:pk>/force/", settings_views.membership_add, name="membership-add"),
    path("indicators/memberships/<int:pk>/", settings_views.membership_edit, name="membership-edit"),
    path("indicators/targets/<int:pk>/", settings_views.target_edit, name="target-edit"),
    path("indicators/baselines/<int:pk>/", settings_views.baseline_edit, name="baseline-edit"),
    path("indicators/notes/<int:pk>/", settings_views.annotation_edit, name="annotation-edit"),
    path("indicators/restarts/<int:pk>/take-back/", settings_views.restart_take_back, name="restart-take-back"),
    path("indicators/<int:pk>/", views.indicator_page, name="indicator"),
    path("indicators/<int:pk>/figures.csv", views.indicator_csv, name="indicator-csv"),
    path("indicators/<int:pk>/compare/", views.indicator_compare, name="indicator-compare"),
    path("indicators/<int:pk>/edit/", settings_views.indicator_edit, name="indicator-edit"),
    path("indicators/<int:pk>/setup/", settings_views.indicator_setup, name="indicator-setup"),
    path("indicators/<int:pk>/definition/", settings_views.definition_add, name="definition-add"),
    path("indicators/<int:pk>/target/", settings_views.target_add, name="target-add"),
    path("indicators/<int:pk>/baseline/", settings_views.baseline_add, name="baseline-add"),
    path("indicators/<int:pk>/note/", settings_views.annotation_add, name="annotation-add"),
    path("indicators/<int:pk>/restart/", settings_views.restart_add, name="restart-add"),
    path("figures/<int:pk>/", views.observation_page, name="observation"),
    path("figures/<int:pk>/revise/", views.figure_revise, name="figure-revise"),
    path("figures/<int:pk>/period/", views.figure_confirm_period, name="figure-confirm-period"),
]
