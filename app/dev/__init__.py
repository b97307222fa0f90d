"""For development: PostgreSQL from a wheel, simulated AI services, the demo."""
