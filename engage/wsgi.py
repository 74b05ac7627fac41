"""The application that a web server loads: settings from the environment, keys and tables checked first."""

from engage.app import create_app
from engage.config import environment, serving
from engage.storage import open_storage

config = serving(environment())
app = create_app(config, open_storage(config))
