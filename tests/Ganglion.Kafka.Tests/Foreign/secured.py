"""secured.py BOOTSTRAP CA MECHANISM USER PASSWORD: writes a record over SASL_SSL with kafka-python, and prints it as it is read."""
import sys
from kafka import KafkaConsumer, KafkaProducer

servers, ca, mechanism, user, password = sys.argv[1:]
client = {
    "bootstrap_servers": servers,
    "security_protocol": "SASL_SSL",
    "ssl_cafile": ca,
    "sasl_mechanism": mechanism,
    "sasl_plain_username": user,
    "sasl_plain_password": password,
}
producer = KafkaProducer(**client)
producer.send("notes", b"Hi.").get(30)
producer.close()
consumer = KafkaConsumer("notes", group_id="readers", auto_offset_reset="earliest", **client)
print(next(consumer).value.decode(), flush=True)
consumer.close()
