"""What can be seen: one file for each thing on the page."""
