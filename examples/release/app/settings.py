"""What the application reads at its start; its own refusals count as well."""

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """The settings of the shop."""

    environment: str
    database_url: SecretStr
    jwt_secret: SecretStr
    page_size: int = 50
    workers: int = 2

    @field_validator("workers")
    @classmethod
    def _few(cls, value: int) -> int:
        if value > 8:
            raise ValueError("more than 8 workers do not fit into the machine")
        return value
