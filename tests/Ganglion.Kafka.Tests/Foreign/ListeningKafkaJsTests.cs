using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningKafkaJsTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.KafkaJs.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
