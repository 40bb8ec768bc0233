using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningKcatTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.Kcat.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
