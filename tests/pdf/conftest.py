import pytest

from opcc_portal.pdf import Limits, Renderer
from tests.pdf import papers
from tests.pdf.vera import VeraPDF


@pytest.fixture(scope="session")
def renderer():
    """One warm child for all these tests."""
    renderer = Renderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def impatient():
    """A renderer that gives up quickly, for documents that never end."""
    renderer = Renderer(Limits(cpu_seconds=1, wall_seconds=30))
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def made(renderer):
    """Every paper, made strictly: name -> bytes."""
    return {
        name: renderer.render(html, files=files, strict=True).pdf for name, (html, files) in papers.all_papers().items()
    }


@pytest.fixture(scope="session")
def vera(tmp_path_factory):
    return VeraPDF(tmp_path_factory.mktemp("vera"))
