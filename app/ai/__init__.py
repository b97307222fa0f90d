"""The AI layer: from a text that nobody may trust to one integer, through services that may fail."""
