using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningConfluentTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.Confluent.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
