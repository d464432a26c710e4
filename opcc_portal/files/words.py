"""Kinds and sizes of files in the words that pages and papers print."""

KIND_WORDS = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "pptx": "PowerPoint",
    "csv": "CSV",
    "png": "PNG image",
    "jpeg": "JPEG image",
}


def kind_words(kind):
    """The kind as a link prints it: "PDF", "Word"."""
    return KIND_WORDS[str(kind)]


def size_words(size):
    """A size in bytes as people read it: "812 bytes", "370 KB", "1.2 MB". 1 KB is 1,024 bytes, rounded half up."""
    if size < 1024:
        return "1 byte" if size == 1 else f"{size} bytes"
    kilobytes = (size * 2 + 1024) // 2048
    if kilobytes < 1024:
        return f"{kilobytes} KB"
    for unit, bytes_each in (("MB", 1024**2), ("GB", 1024**3)):
        tenths = (size * 20 + bytes_each) // (bytes_each * 2)
        if tenths < 10240 or unit == "GB":
            return f"{tenths // 10}.{tenths % 10} {unit}".replace(".0 ", " ")
