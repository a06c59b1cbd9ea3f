"""The coordinator pattern as it was published, in Python: asyncio, redis-py and Redis Streams."""
