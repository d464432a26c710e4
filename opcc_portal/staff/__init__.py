"""The accounts of the people who work in the portal: who has one, with which roles."""
