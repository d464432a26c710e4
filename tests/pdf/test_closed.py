"""Nothing is fetched that the application did not provide: no address on the net, no file of this machine."""

import io
import socketserver
import threading

import pikepdf
import pytest
from weasyprint import HTML

from opcc_portal.pdf import RenderFailed
from tests.pdf import papers, reading

SECRET = "the-secret-of-this-machine"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>{}</svg>"
# HEAD: NET is an address that counts who calls, FILE a file of this machine.
IN_THE_HEAD = {
    "stylesheet": '<link rel="stylesheet" href="NET/a.css">',
    "stylesheet from a file": '<link rel="stylesheet" href="FILE">',
    "import": "<style>@import url(NET/b.css);</style>",
    "style url": "<style>p { background: url(NET/c.png) }</style>",
    "list style": "<style>li { list-style-image: url(NET/d.png) }</style>",
    "content": "<style>p::before { content: url(NET/e.png) }</style>",
    "font face": "<style>@font-face { font-family: x; src: url(NET/f.ttf) } p { font-family: x }</style>",
    "attachment": '<link rel="attachment" href="NET/g.txt">',
    "attached file": '<link rel="attachment" href="FILE">',
    "base": '<base href="NET/">',
}
IN_THE_BODY = {
    "picture": '<img src="NET/h.png" alt="x">',
    "picture from a file": '<img src="FILE" alt="x">',
    "relative picture": '<img src="h.png" alt="x">',
    "picture without a scheme": '<img src="//127.0.0.1:PORT/i.png" alt="x">',
    "redirected picture": '<img src="NET/redirect" alt="x">',
    "object": '<object data="NET/j.png"></object>',
    "embed": '<embed src="NET/k.png">',
    "frame": '<iframe src="NET/l.html"></iframe>',
    "attached through a link": '<a rel="attachment" href="FILE">x</a>',
    "attached from the net": '<a rel="attachment" href="NET/m.txt">x</a>',
    "picture in a drawing": SVG.format("<title>x</title><image href='NET/n.png' width='9' height='9'/>"),
    "drawing used": SVG.format("<title>x</title><use xlink:href='NET/o.svg#x'/>"),
    "drawing in a data address": '<img alt="x" src="data:image/svg+xml,'
    + SVG.format("<image href='NET/p.png' width='9' height='9'/>").replace("<", "%3C").replace(">", "%3E")
    + '">',
    "style attribute": '<p style="background: url(NET/q.png)">x</p>',
    "script": '<script src="NET/r.js"></script>',
    "refresh": '<meta http-equiv="refresh" content="0; url=NET/s.html">',
}
VECTORS = {name: (markup, "") for name, markup in IN_THE_HEAD.items()} | {
    name: ("", markup) for name, markup in IN_THE_BODY.items()
}


class Listener(socketserver.ThreadingTCPServer):
    """Counts connections, and sends whoever asks for /redirect to another address of its own."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.calls = 0
        super().__init__(("127.0.0.1", 0), self.Answer)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Answer(socketserver.StreamRequestHandler):
        def handle(self):
            self.server.calls += 1
            line = self.rfile.readline()
            self.wfile.write(
                b"HTTP/1.0 302 Found\r\nLocation: /elsewhere\r\n\r\n"
                if b"redirect" in line
                else b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nfetched"
            )


@pytest.fixture(scope="module")
def listener():
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def secret_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("secret") / "secret.txt"
    path.write_text(SECRET)
    return path


def filled(markup, listener, secret_file):
    address = listener.address
    return (
        markup.replace("NET", address).replace("PORT", address.rpartition(":")[2]).replace("FILE", secret_file.as_uri())
    )


def document(head="", body=""):
    return papers.paper(f"{body}<p>Text</p><ul><li>Item</li></ul>", kind="Note", title="Note").replace(
        "</head>", f"{head}</head>"
    )


def all_bytes(pdf):
    """Every stream of the file, unpacked."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [
            thing.read_bytes()
            for thing in opened.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") != "/Image"
        ]
        return b"".join(streams) + pdf


def test_the_listener_counts_what_an_open_renderer_would_fetch(listener, secret_file):
    before = listener.calls
    HTML(string=document(body=filled(IN_THE_BODY["picture"], listener, secret_file))).render()
    assert listener.calls == before + 1


@pytest.mark.parametrize("name", VECTORS)
def test_nothing_from_outside_gets_in(renderer, listener, secret_file, name):
    head, body = (filled(markup, listener, secret_file) for markup in VECTORS[name])
    before = listener.calls
    made = renderer.render(document(head, body))
    assert listener.calls == before
    assert reading.text(made.pdf).count("Item") == 1
    assert SECRET.encode() not in all_bytes(made.pdf)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
        assert not list(pdf.attachments)


def test_a_picture_of_ours_may_not_fetch_either(renderer, listener, secret_file):
    for target in (f"{listener.address}/t.png", secret_file.as_uri(), "opcc:sign.svg"):
        drawing = SVG.format(f"<title>x</title><image href='{target}' width='9' height='9'/>")
        before = listener.calls
        made = renderer.render(
            document(body='<img src="opcc:chart.svg" alt="Chart">'), files={"opcc:chart.svg": drawing.encode()}
        )
        assert listener.calls == before
        assert SECRET.encode() not in all_bytes(made.pdf)


def test_what_was_left_out_is_said_and_strict_refuses_it(renderer, listener, secret_file):
    html = document(body=filled(IN_THE_BODY["picture"], listener, secret_file))
    assert any("h.png" in warning for warning in renderer.render(html).warnings)
    with pytest.raises(RenderFailed) as failure:
        renderer.render(html, strict=True)
    assert failure.value.reason == "warnings"


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example/",
        "opcc:sign.svg",
        "/desk/",
        "other.pdf",
        "//evil.example/",
        "#",
        "http://[broken",
        "java\nscript:alert(1)",
    ],
)
def test_links_to_elsewhere_than_web_and_mail_are_left_out(renderer, href):
    made = renderer.render(document(body=f'<p><a href="{href}">Words of the link</a></p>'))
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert not [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
    assert "Words of the link" in reading.text(made.pdf)
    assert any(warning.startswith("left out: link to") for warning in made.warnings)


@pytest.mark.parametrize("href", ["https://x.example/a?b=c", "http://x.example", "mailto:a@x.example", "#here"])
def test_links_to_web_mail_and_this_paper_stay(renderer, href):
    made = renderer.render(document(body=f'<h2 id="here">Here</h2><p><a href="{href}">Words</a></p>'), strict=True)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        (annotation,) = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
        assert str(annotation.Contents) == "Words"


@pytest.mark.parametrize(
    "name", ["logo.png", "opcc:../x", "file:///x", "opcc:Logo.png", "opcc:page.css", "opcc:rule.svg"]
)
def test_files_go_by_names_of_their_own(renderer, name):
    with pytest.raises(ValueError, match="name"):
        renderer.render(document(), files={name: b""})


def test_a_picture_without_words_is_refused_when_strict(renderer):
    html = document(body='<img src="opcc:logo.png">')
    with pytest.raises(RenderFailed, match="alt"):
        renderer.render(html, files={"opcc:logo.png": papers.logo()}, strict=True)


def test_a_letter_the_fonts_lack_is_reported(renderer):
    assert any("U+4F60" in warning for warning in renderer.render(document(body="<p>你</p>")).warnings)
