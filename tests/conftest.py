"""What all tests share."""

from hypothesis import settings

settings.register_profile("gonogo", deadline=None)  # a busy machine is no failing property
settings.load_profile("gonogo")
