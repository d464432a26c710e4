"""The public record for machines: JSON, CSV, feeds, calendar, map of the site. Made of the same Editions as the pages.

Nothing here holds a key of the database: things are named by their addresses.
"""

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
LICENCE_NAME = "Open Government Licence v3.0"
