"""The console: server-rendered pages at /app, on the services that the API calls."""
