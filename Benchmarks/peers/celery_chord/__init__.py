"""The same four tasks with Celery and Redis: a chain with a chord in it."""
