"""The pages of the desk that gather what a fund and a round hold: rounds, applications, awards, totals."""
