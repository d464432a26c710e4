"""HTML as Word puts it on the clipboard, cut down to what matters, and the rich text it should become."""

GAP = """<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span>"""


def item(mark, text, level=1, listed=0, position="Middle"):
    """One list paragraph as Word writes it into a saved page."""
    return (
        f"<p class=MsoListParagraphCxSp{position} style='margin-left:{36 * level}.0pt;text-indent:-18.0pt;"
        f"mso-list:l{listed} level{level} lfo{listed + 1}'><![if !supportLists]><span style='mso-bidi-font-family:Calibri'>"
        f"<span style='mso-list:Ignore'>{mark}{GAP}</span></span><![endif]>{text}<o:p></o:p></p>\n"
    )


def page(body):
    """A clipboard's worth of HTML round a body."""
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
        "<head><meta name=Generator content='Microsoft Word 15'><title>Draft paper</title>"
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
        "<style><!-- p.MsoNormal {margin:0cm;} @list l0 {mso-list-id:1;} --></style></head>"
        f"<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->{body}<!--EndFragment--></body></html>"
    )


EXAMPLES = {
    "a numbered list": (
        item("1.", "Patrols", position="First") + item("2.", "Visits") + item("3.", "Letters", position="Last"),
        "<ol><li>Patrols</li><li>Visits</li><li>Letters</li></ol>",
    ),
    "bullets, with Word's bare o on the second level": (
        item("·", "Victims") + item("o", "Adults", 2) + item("o", "Children", 2) + item("·", "Witnesses"),
        "<ul><li>Victims<ul><li>Adults</li><li>Children</li></ul></li><li>Witnesses</li></ul>",
    ),
    "three levels of three kinds": (
        item("1.", "One")
        + item("a.", "Letter", 2)
        + item("i.", "Roman", 3)
        + item("ii.", "Roman two", 3)
        + item("b.", "Letter two", 2)
        + item("2.", "Two"),
        '<ol><li>One<ol type="a"><li>Letter<ol type="i"><li>Roman</li><li>Roman two</li></ol></li>'
        "<li>Letter two</li></ol></li><li>Two</li></ol>",
    ),
    "a list that goes on after a paragraph keeps its number": (
        item("1.", "One") + "<p class=MsoNormal>Between.<o:p></o:p></p>" + item("2.", "Two") + item("3.", "Three"),
        '<ol><li>One</li></ol><p>Between.</p><ol start="2"><li>Two</li><li>Three</li></ol>',
    ),
    "a gap in the numbers is kept": (
        item("1.", "One") + item("4.", "Four"),
        '<ol><li>One</li></ol><ol start="4"><li>Four</li></ol>',
    ),
    "letters that pass i stay letters": (
        item("g)", "G") + item("h)", "H") + item("i)", "I") + item("j)", "J"),
        '<ol start="7" type="a"><li>G</li><li>H</li><li>I</li><li>J</li></ol>',
    ),
    "capital Roman numbers": (
        item("(I)", "First") + item("(II)", "Second"),
        '<ol type="I"><li>First</li><li>Second</li></ol>',
    ),
    "numbers after bullets are another list": (
        item("·", "Bullet") + item("1.", "Number", listed=1),
        "<ul><li>Bullet</li></ul><ol><li>Number</li></ol>",
    ),
    "decimal numbers count by their last part": (
        item("1.", "One") + item("1.1.", "One one", 2) + item("1.2.", "One two", 2),
        "<ol><li>One<ol><li>One one</li><li>One two</li></ol></li></ol>",
    ),
    "a list that begins on its second level": (
        item("·", "Deep", 2) + item("·", "Less deep", 1),
        "<ul><li>Deep</li></ul><ul><li>Less deep</li></ul>",
    ),
    "a skipped level nests once": (
        item("·", "One") + item("§", "Three", 3),
        "<ul><li>One<ul><li>Three</li></ul></li></ul>",
    ),
    "supportLists as a comment, marks and links inside": (
        "<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><!--[if !supportLists]-->"
        "<span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><!--[endif]--><b>Bold</b> and "
        "<a href='https://example.org/a'>a link</a><o:p></o:p></p>",
        '<ol><li><strong>Bold</strong> and <a href="https://example.org/a">a link</a></li></ol>',
    ),
    "a typed bullet without the span round it": (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='font-family:Symbol'>·</span>"
        "<span style='font:7pt'>&nbsp;&nbsp;&nbsp; </span>Loose</p>",
        "<ul><li>Loose</li></ul>",
    ),
    "a numbered heading loses its number": (
        "<h1 style='mso-list:l2 level1 lfo3'><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span>Background</h1>"
        "<p class=MsoNormal>Text.</p>",
        "<h3>Background</h3><p>Text.</p>",
    ),
    "list paragraphs in a table cell": (
        "<table class=MsoTableGrid><tr><td style='border:solid'><p class=MsoNormal>Plain</p></td><td>"
        + item("·", "In a cell")
        + "</td></tr></table>",
        "<table><tbody><tr><td>Plain</td><td><ul><li>In a cell</li></ul></td></tr></tbody></table>",
    ),
    "a list paragraph that is not a list item": (
        "<p class=MsoListParagraph style='margin-left:36pt'>More about the item above.</p>",
        "<p>More about the item above.</p>",
    ),
    "a quotation, an empty paragraph and what tracked changes took out": (
        "<p class=MsoQuote><i>Said so.</i></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoNormal>Now <del>127</del><ins>176</ins> crimes.</p>",
        "<blockquote><p><em>Said so.</em></p></blockquote><p>Now 176 crimes.</p>",
    ),
}
