"""confluent.py BOOTSTRAP produce TOPIC [COMPRESSION] | consume TOPIC COUNT [GROUP]"""
import sys
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from records import answer, answer_record, headers_of, requests, to_bytes


def produce(servers, topic, compression="none"):
    producer = Producer({
        "bootstrap.servers": servers,
        # By default it would put a key elsewhere than Java does.
        "partitioner": "murmur2_random",
        "compression.type": compression,
        "enable.idempotence": True,
        "linger.ms": 5,
        "message.max.bytes": 10_000_000,
    })
    for records in requests():
        places = [None] * len(records)
        for i, record in enumerate(records):
            def delivered(error, message, i=i):
                if error:
                    sys.exit(str(error))
                places[i] = [message.partition(), message.offset()]

            options = {name: record[from_] for name, from_ in (("partition", "Partition"), ("timestamp", "Timestamp")) if record[from_] is not None}
            producer.produce(
                topic, key=to_bytes(record["Key"]), value=to_bytes(record["Value"]), headers=headers_of(record),
                on_delivery=delivered, **options)
        producer.flush()
        answer(places)


def consume(servers, topic, count, group=None):
    consumer = Consumer({
        "bootstrap.servers": servers, "group.id": group or "unused", "auto.offset.reset": "earliest", "enable.auto.commit": bool(group)})
    if group:
        consumer.subscribe([topic])
    else:
        partitions = consumer.list_topics(topic, 10).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
    left = int(count)
    while left:
        record = consumer.poll(1)
        if record is not None and not record.error():
            answer_record(record.key(), record.value(), record.headers())
            left -= 1
    consumer.close()


if __name__ == "__main__":
    {"produce": produce, "consume": consume}[sys.argv[2]](*sys.argv[1:2], *sys.argv[3:])
