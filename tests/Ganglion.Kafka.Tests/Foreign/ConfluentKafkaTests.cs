namespace Ganglion.Kafka.Tests.Foreign;

public sealed class ConfluentKafkaTests(KafkaInvoiceHost host)
    : ForeignClientTests(host, new PythonClient(PythonClient.Confluent, host.BootstrapServers)), IClassFixture<KafkaInvoiceHost>;
