"""Records: what professionals wrote and what happened, and the folder that keeps both whole."""
