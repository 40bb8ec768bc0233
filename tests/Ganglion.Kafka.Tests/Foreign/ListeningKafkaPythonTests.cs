using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningKafkaPythonTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.KafkaPython.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
