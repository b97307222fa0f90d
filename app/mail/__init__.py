"""Mail: what it says, how it is given to a mail server or written to a file, and the loop that does so."""
