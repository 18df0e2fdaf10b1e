"""Reviews: by which day the record supported an assessment, and what was missed."""
