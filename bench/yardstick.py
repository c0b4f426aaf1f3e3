"""The yardstick: the least that this framework can do, an endpoint that answers a constant."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def constant() -> dict[str, int]:
    return {"a": 1}
