"""Returns: what is sent to the government and to inspectors, in their own forms."""
