using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningPlatformaticTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.Platformatic.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
