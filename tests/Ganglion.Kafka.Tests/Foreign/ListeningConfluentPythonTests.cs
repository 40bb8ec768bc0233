using Ganglion.Kafka.Tests.Clients;

namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ListeningConfluentPythonTests(ListeningInvoiceHost host)
    : ForeignClientTests(host, ClientKind.ConfluentPython.Open(host.BootstrapServers)), IClassFixture<ListeningInvoiceHost>;
