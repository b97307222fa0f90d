"""The worker: claims jobs of the queue, runs them with the AI providers, stores what came of them."""


class WorkerBrokeDown(Exception):
    """A fault of assay ended the worker; the log says which."""


class KindUnknown(LookupError):
    """A kind of job was named that there is not."""
