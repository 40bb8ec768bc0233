// kafkajs.mjs SERVERS: what kafkajs does.
import { randomUUID } from 'node:crypto'
import { answer, load, over, recordOf, run, servers, toBytes } from './steps.mjs'

const { CompressionTypes, ConfigResourceTypes, Kafka, logLevel, Partitioners } = load('kafkajs')
const kafka = new Kafka({ clientId: 'kafkajs', brokers: servers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50 } })
const admin = kafka.admin()
await admin.connect()

const message = record => ({
  key: toBytes(record.Key),
  value: toBytes(record.Value),
  headers: Object.fromEntries(record.Headers.map(header => [header.Name, toBytes(header.Value)])),
  partition: record.Partition ?? undefined,
  timestamp: record.Timestamp?.toString()
})

async function produce ({ topic, records, compression, idempotent }) {
  const producer = kafka.producer({ idempotent, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic, messages: records.map(message), compression: compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None })
  await producer.disconnect()
}

async function transact ({ topic, id, parts }) {
  const producer = kafka.producer({
    transactionalId: id, idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  for (const part of parts) {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: part.records.map(message) })
    await (part.commits ? transaction.commit() : transaction.abort())
  }
  await producer.disconnect()
}

// It always reads as a member of a group.
async function consume ({ topic, group, committed }, take) {
  const consumer = kafka.consumer({ groupId: group ?? randomUUID(), readUncommitted: committed === false, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const isEnough = new Promise(resolve => {
    consumer.run({
      eachMessage: async ({ partition, message: { key, value, headers, offset, timestamp } }) => {
        if (take(recordOf(key, value, Object.entries(headers), partition, offset, timestamp), consumer)) resolve()
      }
    })
  })
  await isEnough
  await consumer.disconnect()
}

async function read ({ count, ...what }) {
  const records = []
  await consume(what, record => records.length === count || records.push(record) === count)
  return records
}

async function seek ({ topic, count, offset }) {
  const offsets = []
  await consume({ topic }, (record, consumer) => {
    if (offsets.length <= count && offsets.push(record.Offset) === count) {
      consumer.seek({ topic, partition: 0, offset: String(offset) })
    }
    return offsets.length > count
  })
  return offsets
}

async function find ({ topic, timestamp }) {
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timestamp)
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition, Number(offset)]))
}

async function join ({ group, topic }) {
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 3000, heartbeatInterval: 300, rebalanceTimeout: 10000, maxWaitTimeInMs: 100 })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => answer({ owned: payload.memberAssignment[topic] ?? [] }))
  consumer.on(consumer.events.REBALANCING, () => answer({ owned: [] }))
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => answer({ read: message.value.toString() }) })
  await over
  await consumer.disconnect()
  process.exit()
}

async function createTopic ({ topic, partitions, config }) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  if (!await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] })) {
    // It answers false to that, and throws whatever else the broker says.
    throw new Error('TOPIC_ALREADY_EXISTS')
  }
}

async function describeTopic ({ topic }) {
  const { topics: [found] } = await admin.fetchTopicMetadata({ topics: [topic] })
  return found.partitions.map(({ partitionId: partition, leader, replicas }) => ({ partition, leader, replicas }))
}

async function describeConfig ({ topic }) {
  const { resources: [found] } = await admin.describeConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] })
  return Object.fromEntries(found.configEntries.map(entry => [entry.configName, entry.configValue]))
}

async function describeGroup ({ group }) {
  const { groups: [found] } = await admin.describeGroups([group])
  return { state: found.state, members: found.members.length }
}

run({
  produce,
  transact,
  read,
  seek,
  find,
  join,
  create_topic: createTopic,
  describe_topic: describeTopic,
  list_topics: () => admin.listTopics(),
  describe_config: describeConfig,
  delete_topic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  list_groups: async () => (await admin.listGroups()).groups.map(group => group.groupId),
  describe_group: describeGroup,
  delete_group: ({ group }) => admin.deleteGroups([group])
})
await over
await admin.disconnect()
