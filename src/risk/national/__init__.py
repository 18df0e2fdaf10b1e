"""National: what England counts, in a cohort and in what is published."""
