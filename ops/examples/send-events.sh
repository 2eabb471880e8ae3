#!/bin/sh
# Sends the sample events to the collector. INGEST_KEY is the ingestKey of a tenant in .data/demo.json.
: "${INGEST_KEY:?set INGEST_KEY to an ingest key, such as a tenant's ingestKey in .data/demo.json}"
curl --silent --show-error "${COLLECTOR_URL:-http://127.0.0.1:4005}/v1/events" \
  --header "Authorization: Bearer $INGEST_KEY" \
  --header 'Content-Type: application/json' \
  --data-binary "@$(dirname "$0")/events.json"
