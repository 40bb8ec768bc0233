"""kafka_python.py BOOTSTRAP produce TOPIC [COMPRESSION] | consume TOPIC COUNT [GROUP]"""
import sys
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from records import answer, answer_record, headers_of, requests, to_bytes


def produce(servers, topic, compression=None):
    # Its partitioner is murmur2, as in Java.
    producer = KafkaProducer(bootstrap_servers=servers, acks="all", compression_type=compression, linger_ms=5)
    for records in requests():
        sent = [
            producer.send(
                topic, key=to_bytes(record["Key"]), value=to_bytes(record["Value"]), headers=headers_of(record),
                partition=record["Partition"], timestamp_ms=record["Timestamp"])
            for record in records
        ]
        producer.flush()
        answer([[place.partition, place.offset] for place in (future.get(10) for future in sent)])


def consume(servers, topic, count, group=None):
    consumer = KafkaConsumer(bootstrap_servers=servers, group_id=group, auto_offset_reset="earliest")
    if group:
        consumer.subscribe([topic])
    else:
        consumer.assign([TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)])
    left = int(count)
    while left:
        record = next(consumer)
        if not is_marker(record):
            answer_record(record.key, record.value, record.headers)
            left -= 1
    consumer.close()


def is_marker(record):
    """Whether a transaction ends here: kafka-python 2.0 shows that as a record, and has no read_committed."""
    return record.key in (b"\0\0\0\0", b"\0\0\0\1") and len(record.value or b"") == 6 and not record.headers


if __name__ == "__main__":
    {"produce": produce, "consume": consume}[sys.argv[2]](sys.argv[1].split(","), *sys.argv[3:])
