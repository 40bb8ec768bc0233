using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ConfluentKafkaTests(KafkaInvoiceHost host)
    : ForeignClientTests(host, ClientKind.ConfluentPython.Open(host.BootstrapServers)), IClassFixture<KafkaInvoiceHost>;
