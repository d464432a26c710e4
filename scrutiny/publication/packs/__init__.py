"""Meeting packs: the agenda and all papers as one PDF, for the public from what is published, for the desk as it stands."""
