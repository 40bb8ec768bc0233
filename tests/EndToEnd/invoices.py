"""invoices.py BOOTSTRAP: publishes invoices, answers what a person is asked about them, and tells what has become of each."""
import json
import sys
from confluent_kafka import Consumer, Producer

INVOICES = {"PY-1": 120, "PY-2": 20_000, "PY-3": 30_000}
ANSWERS = {"PY-2": "APPROVED", "PY-3": "REJECTED"}

servers = sys.argv[1]
producer = Producer({"bootstrap.servers": servers, "partitioner": "murmur2_random", "enable.idempotence": True})
consumer = Consumer({"bootstrap.servers": servers, "group.id": "reviewers", "auto.offset.reset": "earliest"})
consumer.subscribe(["human_in_loop.required", "invoice.classified"])


def publish(topic, event):
    producer.produce(topic, key=event["invoice_id"], value=json.dumps(event))
    producer.flush()


for invoice, amount in INVOICES.items():
    publish("invoice.created", {"invoice_id": invoice, "amount": amount, "supplier": "Nordlicht"})

missing = set(INVOICES)
while missing:
    record = consumer.poll(1)
    if record is None:
        continue
    if record.error():
        sys.exit(str(record.error()))
    event = json.loads(record.value())
    invoice = event["invoice_id"]
    if record.topic() == "human_in_loop.required":
        publish("human_in_loop.completed", {"invoice_id": invoice, "review_result": ANSWERS[invoice], "reviewer": "Ada"})
    else:
        missing.discard(invoice)
        print(json.dumps({"invoice": invoice, "label": event["classification"], "decided_by": event["decided_by"]}), flush=True)
consumer.close()
