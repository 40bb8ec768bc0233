// platformatic.mjs SERVERS: what @platformatic/kafka does.
import { randomUUID } from 'node:crypto'
import { answer, load, over, recordOf, run, servers, toBytes } from './steps.mjs'

const {
  Admin, Consumer, FetchIsolationLevels, MessagesStreamFallbackModes, MessagesStreamModes, Producer, ResourceTypes, compatibilityPartitioner
} = load('@platformatic/kafka')
const options = { clientId: 'platformatic', bootstrapBrokers: servers, retryDelay: 50 }
const admin = new Admin(options)

const message = (topic, record) => ({
  topic,
  key: toBytes(record.Key) ?? undefined,
  value: toBytes(record.Value) ?? undefined,
  headers: new Map(record.Headers.map(header => [Buffer.from(header.Name), toBytes(header.Value)])),
  partition: record.Partition ?? undefined,
  timestamp: record.Timestamp === null ? undefined : BigInt(record.Timestamp)
})

async function produce ({ topic, records, compression, idempotent }) {
  // By default it would put a key elsewhere than Java does.
  const producer = new Producer({ ...options, idempotent, partitioner: compatibilityPartitioner })
  await producer.send({ messages: records.map(record => message(topic, record)), compression: compression ?? 'none' })
  await producer.close()
}

async function transact ({ topic, id, parts }) {
  const producer = new Producer({ ...options, transactionalId: id, idempotent: true })
  for (const part of parts) {
    const transaction = await producer.beginTransaction()
    await transaction.send({ messages: part.records.map(record => message(topic, record)) })
    await (part.commits ? transaction.commit() : transaction.abort())
  }
  await producer.close()
}

const fromCommitted = { mode: MessagesStreamModes.COMMITTED, fallbackMode: MessagesStreamFallbackModes.EARLIEST }

// It always reads as a member of a group.
async function consume ({ topic, group, committed }, count, place = group ? fromCommitted : { mode: MessagesStreamModes.EARLIEST }) {
  const consumer = new Consumer({ ...options, groupId: group ?? randomUUID(), maxWaitTime: 100 })
  const stream = await consumer.consume({
    topics: [topic],
    autocommit: false,
    isolationLevel: committed === false ? FetchIsolationLevels.READ_UNCOMMITTED : FetchIsolationLevels.READ_COMMITTED,
    ...place
  })
  const records = []
  for await (const { key, value, headers, partition, offset, timestamp, commit } of stream) {
    if (group) await commit()
    if (records.push(recordOf(key, value, [...headers], partition, offset, timestamp)) === count) break
  }
  await consumer.close(true)
  return records
}

async function seek ({ topic, count, offset }) {
  const place = { mode: MessagesStreamModes.MANUAL, offsets: [{ topic, partition: 0, offset: BigInt(offset) }] }
  return [...await consume({ topic }, count), ...await consume({ topic }, 1, place)].map(record => record.Offset)
}

async function find ({ topic, timestamp }) {
  const consumer = new Consumer({ ...options, groupId: randomUUID() })
  const offsets = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(timestamp) })
  await consumer.close()
  return { ...offsets.get(topic) }
}

async function join ({ group, topic, protocol }) {
  const consumer = new Consumer({
    ...options, groupId: group, groupProtocol: protocol, sessionTimeout: 3000, heartbeatInterval: 300, rebalanceTimeout: 10000, maxWaitTime: 100 })
  if (protocol === 'consumer') {
    watch(consumer, topic)
  } else {
    consumer.on('consumer:group:join', ({ assignments }) => answer({ owned: assignments.flatMap(one => one.topic === topic ? one.partitions : []) }))
    consumer.on('consumer:group:rebalance', () => answer({ owned: [] }))
  }
  const stream = await consumer.consume({ topics: [topic], ...fromCommitted })
  stream.on('data', record => answer({ read: record.value.toString() }))
  await over
  if (protocol === 'consumer') {
    // It does not end what it fetches, nor its heartbeats.
    await stream.close()
    await consumer.close(true)
    process.exit()
  }
  await consumer.close(true)
}

// In such a group it does not tell when partitions come and go.
function watch (consumer, topic) {
  let told = '[]'
  setInterval(() => {
    const owned = (consumer.assignments ?? []).flatMap(one => one.topic === topic ? one.partitions : [])
    const now = JSON.stringify(owned)
    if (now !== told) answer({ owned })
    told = now
  }, 50).unref()
}

async function createTopic ({ topic, partitions, config }) {
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs })
}

async function describeTopic ({ topic }) {
  const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
  return topics.get(topic).partitions.map(({ leader, replicas }, partition) => ({ partition, leader, replicas }))
}

async function describeConfig ({ topic }) {
  const [found] = await admin.describeConfigs({ resources: [{ resourceType: ResourceTypes.TOPIC, resourceName: topic }] })
  return Object.fromEntries(found.configs.map(({ name, value }) => [name, value]))
}

async function describeGroup ({ group }) {
  const found = (await admin.describeGroups({ groups: [group] })).get(group)
  return { state: found.state, members: found.members.size }
}

run({
  produce,
  transact,
  read: ({ count, ...what }) => consume(what, count),
  seek,
  find,
  join,
  create_topic: createTopic,
  describe_topic: describeTopic,
  list_topics: () => admin.listTopics(),
  describe_config: describeConfig,
  delete_topic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  list_groups: async () => [...(await admin.listGroups()).keys()],
  describe_group: describeGroup,
  delete_group: ({ group }) => admin.deleteGroups({ groups: [group] })
})
await over
await admin.close()
