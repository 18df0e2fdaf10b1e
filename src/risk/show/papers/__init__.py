"""Papers: what a trainer carries into the room, each made once and written as Word, as PDF and as a page."""
