"""Long work in the background, with progress a person can watch."""
