"""The pages of the application form in their order, and how far somebody has come."""

from dataclasses import dataclass

from django.urls import reverse

from funding.applications.public.forms import PAGES, PageForm


@dataclass
class Step:
    """One line of the list of pages."""

    slug: str
    heading: str
    url: str
    done: bool = False
    page: PageForm | None = None


class Steps:
    """The pages of the form in their order, which of them are complete, and the one that is open."""

    def __init__(self, application, slug):
        self.all = []
        for form in PAGES:
            page = form.of(application)
            self.all.append(Step(page.slug, page.heading, reverse("apply-page", args=[page.slug]), page.is_done, page))
        has_documents = application.documents.exists()
        self.all.append(Step("documents", "Documents", reverse("apply-documents"), has_documents))
        self.all.append(Step("check", "Check and send", reverse("apply-check")))
        self.number = next((number for number, step in enumerate(self.all, 1) if step.slug == slug), 0)

    @property
    def pages(self):
        """Those that are filled in."""
        return [step for step in self.all if step.page]

    @property
    def is_complete(self):
        """Whether it can be sent: documents are for whoever has any."""
        return all(step.done for step in self.pages)

    @property
    def after(self):
        """The address of the page after the open one."""
        return self.all[self.number].url
