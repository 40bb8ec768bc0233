namespace Ganglion.Kafka.Tests.Foreign;

public sealed class KcatTests(KafkaInvoiceHost host)
    : ForeignClientTests(host, new KcatClient(host.BootstrapServers)), IClassFixture<KafkaInvoiceHost>;
