namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KcatTests(InvoiceHost host)
    : ForeignClientTests(host, new KcatClient(host.BootstrapServers)), IClassFixture<InvoiceHost>;
