using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KcatTests(KafkaInvoiceHost host)
    : ForeignClientTests(host, ClientKind.Kcat.Open(host.BootstrapServers)), IClassFixture<KafkaInvoiceHost>;
