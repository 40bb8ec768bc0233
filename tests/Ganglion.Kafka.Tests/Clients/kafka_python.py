"""kafka_python.py SERVERS: what kafka-python does."""
import sys
from functools import cache
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from steps import answer, headers_of, is_over, record_of, refuse, run, to_bytes

SERVERS = sys.argv[1].split(",")


def produce(topic, records, compression, idempotent):
    if idempotent:
        refuse("enable_idempotence", "enable_idempotence" in KafkaProducer.DEFAULT_CONFIG)
    # Its partitioner is murmur2, as in Java.
    producer = KafkaProducer(bootstrap_servers=SERVERS, acks="all", compression_type=compression, linger_ms=5)
    sent = [
        producer.send(
            topic, key=to_bytes(record["Key"]), value=to_bytes(record["Value"]), headers=headers_of(record),
            partition=record["Partition"], timestamp_ms=record["Timestamp"])
        for record in records
    ]
    producer.flush()
    producer.close()
    return [[place.partition, place.offset] for place in (future.get(10) for future in sent)]


def transact(topic, id, parts):
    refuse("transactional_id", "transactional_id" in KafkaProducer.DEFAULT_CONFIG)


def read(topic, count, group, committed):
    if committed:
        refuse("isolation_level", "isolation_level" in KafkaConsumer.DEFAULT_CONFIG)
    consumer = KafkaConsumer(bootstrap_servers=SERVERS, group_id=group, auto_offset_reset="earliest")
    if group:
        consumer.subscribe([topic])
    else:
        consumer.assign([TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)])
    records = [found(consumer) for _ in range(count)]
    consumer.close()
    return records


def seek(topic, count, offset):
    consumer = KafkaConsumer(bootstrap_servers=SERVERS, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, 0)])
    offsets = [found(consumer)["Offset"] for _ in range(count)]
    consumer.seek(TopicPartition(topic, 0), offset)
    offsets.append(found(consumer)["Offset"])
    consumer.close()
    return offsets


def found(consumer):
    while True:
        record = next(consumer)
        if not is_marker(record):
            return record_of(record.key, record.value, record.headers, record.partition, record.offset, record.timestamp)


def is_marker(record):
    """Whether a transaction ends here: kafka-python 2.0 shows that as a record, and has no read_committed."""
    return record.key in (b"\0\0\0\0", b"\0\0\0\1") and len(record.value or b"") == 6 and not record.headers


def find(topic, timestamp):
    consumer = KafkaConsumer(bootstrap_servers=SERVERS)
    offsets = consumer.offsets_for_times({TopicPartition(topic, number): timestamp for number in consumer.partitions_for_topic(topic)})
    consumer.close()
    return {partition.partition: offset.offset if offset else -1 for partition, offset in offsets.items()}


def join(group, topic):
    class Listener(ConsumerRebalanceListener):
        def on_partitions_assigned(self, assigned):
            answer({"owned": [partition.partition for partition in assigned]})

        def on_partitions_revoked(self, revoked):
            answer({"owned": []})

    consumer = KafkaConsumer(
        bootstrap_servers=SERVERS, group_id=group, auto_offset_reset="earliest", session_timeout_ms=3000, heartbeat_interval_ms=300)
    consumer.subscribe([topic], listener=Listener())
    while not is_over():
        for records in consumer.poll(100).values():
            for record in records:
                answer({"read": record.value.decode()})
    consumer.close()


@cache
def admin():
    return KafkaAdminClient(bootstrap_servers=SERVERS)


def create_topic(topic, partitions, config):
    admin().create_topics([NewTopic(topic, partitions, 1, topic_configs=config)])


def describe_topic(topic):
    [found] = admin().describe_topics([topic])
    return [{name: one[name] for name in ("partition", "leader", "replicas")} for one in found["partitions"]]


def list_topics():
    return admin().list_topics()


def describe_config(topic):
    [found] = admin().describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {name: value for _, _, _, _, entries in found.resources for name, value, *_ in entries}


def delete_topic(topic):
    admin().delete_topics([topic])


def list_groups():
    return [name for name, _ in admin().list_consumer_groups()]


def describe_group(group):
    [found] = admin().describe_consumer_groups([group])
    return {"state": found.state, "members": len(found.members)}


def delete_group(group):
    [(_, error)] = admin().delete_consumer_groups([group])
    if error.errno:
        raise error(group)


run(globals())
