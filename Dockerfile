# HealthMed in one image: the BFF, and each service by another command, such as `python -m services.scheduling`.
# Everything that it serves is baked in: at run time nothing is fetched.

FROM node:22-slim AS graphiql
WORKDIR /src/bff/graphiql/app
COPY bff/graphiql/app/package.json bff/graphiql/app/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY bff/graphiql/app ./
RUN npm run build

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/healthmed
COPY requirements.txt ./
RUN /opt/healthmed/bin/python -m pip install --quiet --require-hashes -r requirements.txt
COPY pyproject.toml README.md requirements.in ./
COPY bff bff
COPY schema schema
COPY clients clients
COPY services services
COPY --from=graphiql /src/bff/graphiql/assets bff/graphiql/assets
RUN /opt/healthmed/bin/python -m pip wheel --quiet --no-deps --wheel-dir /src/dist .
RUN /opt/healthmed/bin/python -m pip install --quiet --no-deps --no-index /src/dist/*.whl

FROM python:3.11-slim
COPY --from=build /opt/healthmed /opt/healthmed
ENV PATH=/opt/healthmed/bin:$PATH
ENV PYTHONUNBUFFERED=1
ENV HEALTHMED_HOST=0.0.0.0
ENV HEALTHMED_PORT=8000
WORKDIR /home
# Where the audit's events wait for a sink that is down: mount a disk that outlives the container.
RUN install -d -o 10001 -g 10001 /var/lib/healthmed/audit
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --start-period=10s CMD python -c "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['HEALTHMED_PORT'] + '/health/live', timeout=2)"
CMD ["python", "-m", "bff"]
