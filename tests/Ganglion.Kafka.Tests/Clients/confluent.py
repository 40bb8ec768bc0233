"""confluent.py SERVERS: what confluent-kafka does."""
import sys
from functools import cache
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic
from steps import answer, headers_of, is_over, record_of, refuse, run, to_bytes

SERVERS = sys.argv[1]
TIMEOUT = 30


def client(kind, **options):
    return kind({"bootstrap.servers": SERVERS, **{name.replace("_", "."): value for name, value in options.items()}})


def new_producer(**options):
    # By default it would put a key elsewhere than Java does.
    return client(Producer, partitioner="murmur2_random", linger_ms=5, message_max_bytes=10_000_000, **options)


kept_producer = cache(new_producer)


def produce(topic, records, compression, idempotent):
    return send(kept_producer(compression_type=compression or "none", enable_idempotence=idempotent), topic, records)


def send(producer, topic, records):
    places = [None] * len(records)
    for i, record in enumerate(records):
        def delivered(error, message, i=i):
            places[i] = error or [message.partition(), message.offset()]

        options = {name: record[from_] for name, from_ in (("partition", "Partition"), ("timestamp", "Timestamp")) if record[from_] is not None}
        producer.produce(
            topic, key=to_bytes(record["Key"]), value=to_bytes(record["Value"]), headers=headers_of(record), on_delivery=delivered, **options)
    producer.flush()
    for place in places:
        if not isinstance(place, list):
            raise KafkaException(place)
    return places


def transact(topic, id, parts):
    producer = new_producer(transactional_id=id)
    producer.init_transactions(TIMEOUT)
    for part in parts:
        producer.begin_transaction()
        send(producer, topic, part["records"])
        (producer.commit_transaction if part["commits"] else producer.abort_transaction)(TIMEOUT)


def read(topic, count, group, committed):
    consumer = client(
        Consumer, group_id=group or "unused", auto_offset_reset="earliest", enable_auto_commit=bool(group),
        isolation_level="read_uncommitted" if committed is False else "read_committed")
    if group:
        consumer.subscribe([topic])
    else:
        partitions = consumer.list_topics(topic, TIMEOUT).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
    records = [found(consumer) for _ in range(count)]
    consumer.close()
    return records


def seek(topic, count, offset):
    consumer = client(Consumer, group_id="unused", enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
    offsets = [found(consumer)["Offset"] for _ in range(count)]
    consumer.seek(TopicPartition(topic, 0, offset))
    offsets.append(found(consumer)["Offset"])
    consumer.close()
    return offsets


def found(consumer):
    while True:
        record = consumer.poll(1)
        if record is not None and not record.error():
            return record_of(record.key(), record.value(), record.headers(), record.partition(), record.offset(), record.timestamp()[1])


def find(topic, timestamp):
    consumer = client(Consumer, group_id="unused", enable_auto_commit=False)
    partitions = consumer.list_topics(topic, TIMEOUT).topics[topic].partitions
    offsets = consumer.offsets_for_times([TopicPartition(topic, partition, timestamp) for partition in partitions], TIMEOUT)
    consumer.close()
    return {partition.partition: partition.offset for partition in offsets}


def join(group, topic):
    def tell(_, partitions):
        answer({"owned": [partition.partition for partition in partitions]})

    consumer = client(
        Consumer, group_id=group, auto_offset_reset="earliest", session_timeout_ms=3000, heartbeat_interval_ms=300)
    consumer.subscribe([topic], on_assign=tell, on_revoke=lambda *_: answer({"owned": []}))
    while not is_over():
        record = consumer.poll(0.1)
        if record is not None and not record.error():
            answer({"read": record.value().decode()})
    consumer.close()


@cache
def admin():
    return client(AdminClient)


def done(futures):
    for future in futures.values():
        return future.result(TIMEOUT)


def create_topic(topic, partitions, config):
    done(admin().create_topics([NewTopic(topic, partitions, 1, config=config)]))


def describe_topic(topic):
    return [
        {"partition": one.id, "leader": one.leader, "replicas": one.replicas}
        for one in admin().list_topics(topic, TIMEOUT).topics[topic].partitions.values()
    ]


def list_topics():
    return list(admin().list_topics(timeout=TIMEOUT).topics)


def describe_config(topic):
    return {entry.name: entry.value for entry in done(admin().describe_configs([ConfigResource("topic", topic)])).values()}


def delete_topic(topic):
    done(admin().delete_topics([topic]))


def list_groups():
    return [group.id for group in admin().list_groups(timeout=TIMEOUT)]


def describe_group(group):
    [found] = admin().list_groups(group, TIMEOUT)
    return {"state": found.state, "members": len(found.members)}


def delete_group(group):
    refuse("delete_consumer_groups", hasattr(AdminClient, "delete_consumer_groups"))


run(globals())
