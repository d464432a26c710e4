"""Rich text: one list of what a section may hold, for the editor, the sanitiser and Word paste alike."""
