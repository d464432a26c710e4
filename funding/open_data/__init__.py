"""Awards as open data: 360Giving, flat CSV, the monthly list."""
