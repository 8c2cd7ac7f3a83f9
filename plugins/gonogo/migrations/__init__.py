"""Migrations: one head, the database on the way to it, and what is pending classified.

The database is read, and the application's migrations are run against a recorder, in processes of
their own with a time limit. The one that runs the application's code never knows the database.
"""
