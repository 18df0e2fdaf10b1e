"""Show: charts, pages, notebooks and packs for people to look at."""
