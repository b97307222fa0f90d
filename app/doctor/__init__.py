"""What is wrong with a deployment, and what to do about it, in sentences: one small function for each thing to look at.

`checks.py` is the table of them. A check reads and asks, and changes nothing.
"""
