"""How fast assay is, measured: run by hand, never by pytest."""
