"""The watch: everything that is sampled together while a release proves itself."""
