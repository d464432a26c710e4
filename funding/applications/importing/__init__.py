"""Applications that come in together, in a spreadsheet: looked through before anything is kept, taken over whole."""
