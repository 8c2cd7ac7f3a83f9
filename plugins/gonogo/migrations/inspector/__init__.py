"""What runs in a process of its own, possibly in the application's interpreter.

Nothing here imports the rest of the package: `start.py` loads this folder under another name.
"""
