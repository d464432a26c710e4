"""The portal's addresses, and one more: a page with charts of every kind."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from opcc_portal import urls as portal
from opcc_portal.accounts.permissions import open_to_all
from tests.indicators import chart_samples as samples

PAGE = """{% extends "base.html" %}{% load static charts %}
{% block styles %}<link rel="stylesheet" href="{% static "css/components/charts.css" %}">{% endblock %}
{% block title %}Charts{% endblock %}{% block h1 %}Charts{% endblock %}
{% block content %}<div class="stack-large">{% chart nrm "nrm" figures="nrm-figures" csv="/" words=True %}
{% chart_table nrm "nrm-figures" %}{% chart share "share" %}{% chart stated "stated" %}
{% multiples districts "districts" "Districts" %}{% funnel funnel "funnel" %}
<ul class="tiles"><li>{% tile tile "t1" ask="/ask/" %}</li><li>{% tile other "t2" %}</li></ul></div>{% endblock %}
{% block scripts %}<script type="module" src="{% static "js/chart.js" %}" nonce="{{ request.csp_nonce }}"></script>{% endblock %}"""


@open_to_all
def charts(request):
    """Every kind of chart on one page of the desk."""
    context = {
        "nrm": samples.nrm(),
        "share": samples.share(),
        "stated": samples.stated(),
        "districts": [{**samples.monthly(24), "area": name} for name in ("Bradford", "Leeds")],
        "funnel": samples.funnel(),
        "tile": samples.tile(),
        "other": samples.tile(icon="", words="Too few points to judge", name="Decisions"),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("desk/charts/", charts, name="charts"), *portal.urlpatterns]
