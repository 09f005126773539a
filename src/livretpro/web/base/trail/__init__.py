"""The journal of a school on screen: its page, and the names of what it tells of."""
