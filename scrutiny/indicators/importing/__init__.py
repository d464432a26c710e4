"""Figures that come in together: pasted from Excel, as CSV or as a workbook, looked through before anything is kept."""
