"""The yardstick: the minimum for this framework, an endpoint that returns a constant."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def constant() -> dict[str, int]:
    return {"a": 1}
