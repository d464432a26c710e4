"""The one way in which making a PDF fails: with words for the person who asked for it."""


class RenderFailed(Exception):
    """No PDF was made. `message` tells a person what happened and what to do; `reason` is a fixed word for code
    and tests; `detail` is for the log only, never for a page."""

    def __init__(self, message, *, reason, detail=""):
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.detail = detail
