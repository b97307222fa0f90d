"""Moodle's GIFT: questions as teachers write them in a text file. https://docs.moodle.org/en/GIFT_format"""
