"""What clients send and what they are sent: one model each."""
