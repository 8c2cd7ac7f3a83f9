"""What a browser would meet: the index, its assets and routes, its headers, other origins."""
