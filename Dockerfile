# syntax=docker/dockerfile:1
# assay as an image: `docker build -t assay .`. Its commands are those of `assay`: `docker run … assay worker`.
# It runs as a user without rights, needs no writable folder but /tmp, and logs to its output.
# tests/setup/test_containers.py follows these instructions without an engine.
ARG PYTHON=3.14

FROM python:${PYTHON}-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ONLY_BINARY=:all:
WORKDIR /src
COPY deploy/build.lock deploy/runtime.lock /src/
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /opt/build \
    && python -m venv --without-pip /opt/assay \
    && pip --python /opt/build/bin/python install --require-hashes --requirement build.lock \
    && pip --python /opt/assay/bin/python install --require-hashes --requirement runtime.lock
COPY pyproject.toml README.md LICENSE hatch_build.py /src/
COPY app /src/app
COPY sql /src/sql
COPY prompts /src/prompts
# The commit that `assay --version` tells: docker build --build-arg ASSAY_COMMIT=$(git rev-parse HEAD) …
ARG ASSAY_COMMIT=
RUN pip --python /opt/build/bin/python wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /src/dist /src \
    && pip --python /opt/assay/bin/python install --no-cache-dir --no-index --no-deps /src/dist/*.whl

FROM python:${PYTHON}-slim-trixie
LABEL org.opencontainers.image.title="assay" \
      org.opencontainers.image.description="A grading backend: students' texts are assayed by AI and paid in gold coins." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 assay \
    && useradd --system --uid 10001 --gid assay --home-dir /var/lib/assay --shell /usr/sbin/nologin assay \
    && install --directory --owner assay --group assay --mode 0700 /var/lib/assay
COPY --from=build /opt/assay /opt/assay
ENV PATH=/opt/assay/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ASSAY_DATA_DIR=/var/lib/assay \
    LOG_DIR=none \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /var/lib/assay
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# /health: whether the process lives. /ready depends on the database, and a database that is away is no reason to replace
# this container. A worker has no port: compose.yaml switches this off for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["assay"]
CMD ["serve", "--no-worker", "--no-migrate"]
