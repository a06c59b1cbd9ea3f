"""What `Benchmarks/compare` is made of: installation, processes, the two parts, and the tables."""
